#include <gradus/base/error.hpp>
#include <gradus/base/median.hpp>
#include <gradus/data/background.hpp>
#include <gradus/data/from_picture.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace gradus::data {
namespace {

/// A grey plane.
struct Plane {
  std::size_t rows, cols;
  std::vector<float> values;

  float at(std::size_t row, std::size_t col) const { return values[row * cols + col]; }
  float brightest() const { return *std::ranges::max_element(values); }
};

/// Rows and columns from … to − 1.
struct Box {
  std::size_t top, bottom, left, right;
  std::size_t longer() const { return std::max(bottom - top, right - left); }
};

/// The smallest one that holds every value above a threshold, of which there is one.
template <class At>
Box box_of(std::size_t rows, std::size_t cols, const At& at, float threshold) {
  Box box{rows, 0, cols, 0};
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t col = 0; col < cols; ++col)
      if (at(row, col) > threshold) {
        box.top = std::min(box.top, row), box.bottom = std::max(box.bottom, row + 1);
        box.left = std::min(box.left, col), box.right = std::max(box.right, col + 1);
      }
  return box;
}

constexpr float drawn_from = 0.2f;  ///< of the brightest value: what counts as drawn
constexpr float paper_below = 0.1f;
constexpr float least_light = 0.25f;  ///< of the brightest: what is darker still would be all grain

/// That of what is drawn.
Box box_of(const Plane& plane) {
  const auto at = [&](std::size_t row, std::size_t col) { return plane.at(row, col); };
  return box_of(plane.rows, plane.cols, at, drawn_from * plane.brightest());
}

/// That of what is drawn on an image, which has something on it.
Box box_of(std::span<const std::uint8_t> image, std::size_t rows, std::size_t cols) {
  const auto at = [&](std::size_t row, std::size_t col) {
    return static_cast<float>(image[row * cols + col]);
  };
  return box_of(rows, cols, at, drawn_from * static_cast<float>(*std::ranges::max_element(image)));
}

bool is_opaque(const Raster& picture) { return median_of_edge(picture, 1) >= 128; }

/// How much each pixel differs from the background, away from it, as it would in the brightest light.
Plane ink_of(const Raster& picture) {
  Plane ink{picture.height, picture.width, std::vector<float>(picture.height * picture.width)};
  if (!is_opaque(picture)) {
    for (std::size_t i = 0; i < ink.values.size(); ++i)
      ink.values[i] = static_cast<float>(picture.pixels[2 * i + 1]);
    return ink;
  }
  const Background surface(picture);
  for (std::size_t row = 0; row < ink.rows; ++row) {
    const std::vector<float> background = surface.row(row);
    for (std::size_t col = 0; col < ink.cols; ++col) {
      const std::uint8_t* const pixel = &picture.at(row, col);
      const float above = static_cast<float>(pixel[0]) - background[col];
      const float away = surface.has_darker_ink() ? -above : above;
      const float light = std::max((background[col] + 1) / (surface.brightest() + 1), least_light);
      ink.values[row * ink.cols + col] = std::max(0.0f, away / light * static_cast<float>(pixel[1]) / 255);
    }
  }
  return ink;
}

/// Light on black: as it is, or as its negative.
std::vector<std::uint8_t> on_black(const Raster& picture) {
  const bool light = median_of_edge(picture, 0) >= 128;
  std::vector<std::uint8_t> image;
  for (std::size_t i = 0; i < picture.pixels.size(); i += 2)
    image.push_back(light ? static_cast<std::uint8_t>(255 - picture.pixels[i]) : picture.pixels[i]);
  return image;
}

double centre_of_mass(const Plane& plane, bool along_rows) {
  double mass = 0, moment = 0;
  for (std::size_t row = 0; row < plane.rows; ++row)
    for (std::size_t col = 0; col < plane.cols; ++col) {
      const auto value = static_cast<double>(plane.at(row, col));
      mass += value;
      moment += value * (static_cast<double>(along_rows ? row : col) + 0.5);
    }
  return moment / mass;
}

/// Where the places of a line of the result lie in the picture: at scale · place + offset.
struct Line {
  std::size_t size;  ///< of the result
  double scale;      ///< pixels of the picture for one of the result
  double offset;

  /// The centre of mass comes to the centre, but from … to of the picture stays inside.
  static Line through(double mass, std::size_t from, std::size_t to, std::size_t size, double scale) {
    const auto whole = static_cast<double>(size) * scale;
    // The picture's place at the result's beginning; the drawn part must not begin before nor end behind.
    const double least = static_cast<double>(to) - whole, most = static_cast<double>(from);
    const double wanted = mass - whole / 2;
    return {size, scale, least <= most ? std::clamp(wanted, least, most) : (least + most) / 2};
  }

  /// Calls add(place of the picture, weight) for what comes to a place of the result.
  template <class Add>
  void gather(std::size_t place, std::size_t available, const Add& add) const {
    const double support = std::max(scale, 1.0);
    const double centre = (static_cast<double>(place) + 0.5) * scale + offset;
    const double last = std::min(std::ceil(centre + support), static_cast<double>(available));
    for (double k = std::max(0.0, std::floor(centre - support)); k < last; ++k) {
      const double weight = 1 - std::abs(k + 0.5 - centre) / support;
      if (weight > 0) add(static_cast<std::size_t>(k), static_cast<float>(weight / support));
    }
  }
};

Plane resampled(const Plane& ink, const Line& down, const Line& across) {
  Plane lines{down.size, ink.cols, std::vector<float>(down.size * ink.cols)};
  for (std::size_t row = 0; row < down.size; ++row)
    down.gather(row, ink.rows, [&](std::size_t k, float weight) {
      for (std::size_t col = 0; col < ink.cols; ++col)
        lines.values[row * ink.cols + col] += weight * ink.at(k, col);
    });
  Plane out{down.size, across.size, std::vector<float>(down.size * across.size)};
  for (std::size_t col = 0; col < across.size; ++col)
    across.gather(col, ink.cols, [&](std::size_t k, float weight) {
      for (std::size_t row = 0; row < down.size; ++row)
        out.values[row * across.size + col] += weight * lines.at(row, k);
    });
  return out;
}

/// Whether what is drawn is as large as on images of a set.
bool is_usual(std::size_t longer, std::size_t drawn) {
  return 10 * longer >= 7 * drawn && longer <= drawn + 1;
}

/// The box of what is drawn on a picture, which is looked at in four times the images' size: the grain of a
/// larger one is averaged then.
Box drawn_box(const Plane& ink, std::size_t rows, std::size_t cols) {
  const auto times = [](std::size_t size, std::size_t of) {
    return static_cast<double>(size) / static_cast<double>(4 * of);
  };
  const double scale = std::min(times(ink.rows, rows), times(ink.cols, cols));
  if (scale <= 1) return box_of(ink);
  const auto smaller = [scale](std::size_t size) {
    return Line{static_cast<std::size_t>(std::ceil(static_cast<double>(size) / scale)), scale, 0};
  };
  const Box box = box_of(resampled(ink, smaller(ink.rows), smaller(ink.cols)));
  const auto begin = [scale](std::size_t place) {
    return static_cast<std::size_t>(std::floor(static_cast<double>(place) * scale));
  };
  const auto end = [scale](std::size_t place, std::size_t size) {
    return std::min(size, static_cast<std::size_t>(std::ceil(static_cast<double>(place) * scale)));
  };
  return {begin(box.top), end(box.bottom, ink.rows), begin(box.left), end(box.right, ink.cols)};
}

/// Takes away the grain of the paper, and what is outside of the box by more than a twentieth of its size:
/// dust.
void keep_ink(Plane& ink, const Box& box) {
  const float least = paper_below * ink.brightest();
  const std::size_t margin = (box.longer() + 19) / 20;
  const auto near = [margin](std::size_t place, std::size_t from, std::size_t to) {
    return place + margin >= from && place < to + margin;
  };
  for (std::size_t row = 0; row < ink.rows; ++row)
    for (std::size_t col = 0; col < ink.cols; ++col) {
      float& value = ink.values[row * ink.cols + col];
      if (value < least || !near(row, box.top, box.bottom) || !near(col, box.left, box.right)) value = 0;
    }
}

}  // namespace

std::size_t drawn_size(const Subset& examples) {
  if (examples.size() == 0) throw ValueError("no images to measure what is drawn on");
  const Dataset& set = *examples.dataset;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < std::min<std::size_t>(examples.size(), 1000); ++i) {
    const auto image = examples.image(i);
    if (*std::ranges::max_element(image) > 0) sizes.push_back(box_of(image, set.rows, set.cols).longer());
  }
  return sizes.empty() ? std::max(set.rows, set.cols) : median(std::move(sizes));
}

std::vector<std::uint8_t> from_picture(const Raster& picture, const std::string& name, std::size_t rows,
                                       std::size_t cols, std::size_t drawn) {
  constexpr float faintest = 10;
  Plane ink = ink_of(picture);
  const float brightest = ink.brightest();
  if (brightest < faintest)
    throw FileError(
        fmt::format("nothing is drawn on '{}': its pixels are all nearly as bright as its background", name));
  if (picture.height == rows && picture.width == cols && is_opaque(picture)) {
    std::vector<std::uint8_t> image = on_black(picture);
    if (is_usual(box_of(image, rows, cols).longer(), drawn)) return image;
  }
  const Box box = drawn_box(ink, rows, cols);
  keep_ink(ink, box);
  const double scale = static_cast<double>(box.longer()) / static_cast<double>(drawn);
  const Plane fitted =
      resampled(ink, Line::through(centre_of_mass(ink, true), box.top, box.bottom, rows, scale),
                Line::through(centre_of_mass(ink, false), box.left, box.right, cols, scale));
  const float most = std::max(fitted.brightest(), 1e-6f);
  std::vector<std::uint8_t> image(rows * cols);
  std::ranges::transform(fitted.values, image.begin(), [most](float value) {
    return static_cast<std::uint8_t>(std::lround(255 * value / most));
  });
  return image;
}

}  // namespace gradus::data
