#include <gradus/base/philox.hpp>
#include <gradus/data/from_picture.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <span>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

using Pixels = std::vector<std::uint8_t>;
/// What falls on a place of a picture, both of whose axes are 0 … 1.
using Light = std::function<double(double x, double y)>;

/// The light falls evenly along a direction, by as much as `fall` from one end to the other.
Light falling(double fall, double angle) {
  const double x_part = std::cos(angle), y_part = std::sin(angle);
  const double whole = std::abs(x_part) + std::abs(y_part);
  return [=](double x, double y) {
    return 1 - fall * (((x - 0.5) * x_part + (y - 0.5) * y_part) / whole + 0.5);
  };
}

double even(double, double) { return 1; }

/// An image of 28 × 28 drawn as a photo of 200 × 200, 140 of it the image, with grain.
Raster photo(std::span<const std::uint8_t> image, double paper, double ink, const Light& light) {
  constexpr std::size_t size = 200, top = 20, left = 35, scale = 5;
  Raster made{size, size, 2, {}};
  Philox random(7, 0, 0);
  for (std::size_t row = 0; row < size; ++row)
    for (std::size_t col = 0; col < size; ++col) {
      double drawn = 0;
      if (row >= top && row < top + 28 * scale && col >= left && col < left + 28 * scale)
        drawn = image[(row - top) / scale * 28 + (col - left) / scale] / 255.0;
      const double lit =
          light((static_cast<double>(col) + 0.5) / size, (static_cast<double>(row) + 0.5) / size);
      const double grain = 4 * random.normal();
      made.pixels.push_back(static_cast<std::uint8_t>(
          std::lround(std::clamp((paper + (ink - paper) * drawn) * lit + grain, 0.0, 255.0))));
      made.pixels.push_back(255);
    }
  return made;
}

/// The mean difference of two images.
double apart(const Pixels& a, const Pixels& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(double(a[i]) - double(b[i]));
  return sum / static_cast<double>(a.size());
}

Pixels image_of_photo(const Raster& picture) { return from_picture(picture, "photo.png", 28, 28, 20); }

}  // namespace

BOOST_AUTO_TEST_SUITE(light)

BOOST_AUTO_TEST_CASE(mnist_in_uneven_light_is_as_in_even_light) {
  const auto folder = real_folder("mnist");
  if (!folder) return;
  const Dataset digits = read_folder(*folder, "mnist").test;
  const Light vignette = [](double x, double y) {
    return 1 - 0.9 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5));
  };
  const Light lamp = [](double x, double y) {
    return 0.4 + 0.6 * std::exp(-((x - 0.9) * (x - 0.9) + (y - 0.5) * (y - 0.5)) / 0.3);
  };
  double furthest = 0, sum = 0;
  constexpr std::size_t count = 40;
  for (std::size_t i = 0; i < count; ++i) {
    const auto image = digits.image(i);
    const Light slope = falling(0.45, static_cast<double>(i % 8) * std::numbers::pi / 4);
    const Pixels plain = image_of_photo(photo(image, 230, 40, even));
    for (const Light& each : {slope, vignette, lamp}) {
      const double difference = apart(image_of_photo(photo(image, 230, 40, each)), plain);
      furthest = std::max(furthest, difference);
      sum += difference;
    }
    // Chalk on a board.
    furthest = std::max(furthest, apart(image_of_photo(photo(image, 60, 230, slope)), plain));
  }
  BOOST_TEST_MESSAGE("mean " << sum / (3 * count) << ", furthest " << furthest);
  BOOST_TEST(sum / (3 * count) < 1);
  BOOST_TEST(furthest < 8);
}

BOOST_AUTO_TEST_CASE(mnist_as_pictures_of_its_size_is_taken_as_it_is) {
  const auto folder = real_folder("mnist");
  if (!folder) return;
  const Dataset digits = read_folder(*folder, "mnist").test;
  std::size_t same = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    Raster picture{28, 28, 2, {}};
    for (const std::uint8_t value : digits.image(i)) {
      picture.pixels.push_back(i % 2 == 0 ? value : static_cast<std::uint8_t>(255 - value));
      picture.pixels.push_back(255);
    }
    if (std::ranges::equal(image_of_photo(picture), digits.image(i))) ++same;
  }
  BOOST_TEST(same == digits.size());
}

BOOST_AUTO_TEST_CASE(dark_ink_is_told_on_grey_paper) {
  Pixels image(28 * 28);
  for (std::size_t row = 4; row < 24; ++row)
    std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(row * 28 + 12), 4, 255);
  const Pixels plain = image_of_photo(photo(image, 230, 40, even));
  BOOST_TEST(apart(image_of_photo(photo(image, 110, 20, even)), plain) < 2);
  BOOST_TEST(apart(image_of_photo(photo(image, 140, 220, even)), plain) < 2);
}

BOOST_AUTO_TEST_CASE(dust_away_from_what_is_drawn_is_no_ink) {
  Pixels image(28 * 28);
  for (std::size_t row = 4; row < 24; ++row)
    std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(row * 28 + 12), 4, 255);
  Raster picture = photo(image, 230, 40, even);
  const Pixels plain = image_of_photo(picture);
  for (const std::size_t place : {3u, 90u, 190u}) picture.at(place, 5) = 150;
  BOOST_TEST(apart(image_of_photo(picture), plain) < 1);
}

BOOST_AUTO_TEST_SUITE_END()
