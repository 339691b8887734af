#include <gradus/base/error.hpp>
#include <gradus/data/from_picture.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus::data {
namespace {

template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

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

/// The median of one channel along the picture's edge.
float at_the_edge(const Raster& picture, std::size_t channel) {
  std::vector<std::uint8_t> values;
  const auto take = [&](std::size_t row, std::size_t col) {
    values.push_back((&picture.at(row, col))[channel]);
  };
  for (std::size_t col = 0; col < picture.width; ++col) take(0, col), take(picture.height - 1, col);
  for (std::size_t row = 0; row < picture.height; ++row) take(row, 0), take(row, picture.width - 1);
  return static_cast<float>(median(std::move(values)));
}

/// How much each pixel differs from the background, away from it.
Plane ink_of(const Raster& picture) {
  Plane ink{picture.height, picture.width, std::vector<float>(picture.height * picture.width)};
  const float background = at_the_edge(picture, 0);
  const bool transparent = at_the_edge(picture, 1) < 128;
  const float direction = background < 128 ? 1 : -1;
  for (std::size_t i = 0; i < ink.values.size(); ++i) {
    const auto grey = static_cast<float>(picture.pixels[2 * i]);
    const auto opacity = static_cast<float>(picture.pixels[2 * i + 1]);
    ink.values[i] = transparent ? opacity : std::max(0.0f, direction * (grey - background) * opacity / 255);
  }
  return ink;
}

/// Light on black: as it is, or as its negative.
std::vector<std::uint8_t> on_black(const Raster& picture) {
  const bool light = at_the_edge(picture, 0) >= 128;
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

}  // namespace

std::size_t drawn_size(const Subset& examples) {
  if (examples.size() == 0) throw ValueError("no images to measure what is drawn on");
  const Dataset& set = *examples.dataset;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < std::min<std::size_t>(examples.size(), 1000); ++i) {
    const auto image = examples.image(i);
    const auto brightest = static_cast<float>(*std::ranges::max_element(image));
    if (brightest == 0) continue;
    const auto at = [&](std::size_t row, std::size_t col) {
      return static_cast<float>(image[row * set.cols + col]);
    };
    sizes.push_back(box_of(set.rows, set.cols, at, drawn_from * brightest).longer());
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
        fmt::format("nothing is drawn on '{}': its pixels are all nearly as bright as its edge", name));
  if (picture.height == rows && picture.width == cols && at_the_edge(picture, 1) >= 128)
    return on_black(picture);
  for (float& value : ink.values)
    if (value < paper_below * brightest) value = 0;
  const auto at = [&](std::size_t row, std::size_t col) { return ink.at(row, col); };
  const Box box = box_of(ink.rows, ink.cols, at, drawn_from * brightest);
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
