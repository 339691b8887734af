#include <gradus/base/error.hpp>
#include <gradus/data/points.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace gradus;
using namespace gradus::data;

namespace {

double radius(const std::array<double, 2>& place) { return std::hypot(place[0], place[1]); }

}  // namespace

BOOST_AUTO_TEST_SUITE(points_of_the_plane)

BOOST_AUTO_TEST_CASE(a_function_of_seed_and_place_alone) {
  for (const PointShape& shape : point_shapes()) {
    const Points few = points({shape.name, 20, 0.1, 7});
    const Points many = points({shape.name, 200, 0.1, 7});
    BOOST_CHECK(std::equal(few.features.begin(), few.features.end(), many.features.begin()));
    BOOST_CHECK(few.features != points({shape.name, 20, 0.1, 8}).features);
    for (std::size_t i = 0; i < many.labels.size(); ++i) BOOST_TEST(many.labels[i] == i % 2);
    BOOST_TEST(shape.summary != "");
  }
}

BOOST_AUTO_TEST_CASE(each_lies_where_its_class_does) {
  constexpr std::size_t count = 400;
  const auto without_noise = [](const std::string& shape) { return points({shape, count, 0, 1}); };

  const Points circles = without_noise("circles");
  for (std::size_t i = 0; i < count; ++i)
    BOOST_TEST(radius(circles.features[i]) == (circles.labels[i] == 0 ? 1.2 : 0.6),
               boost::test_tools::tolerance(1e-12));

  const Points signs = without_noise("xor");
  for (std::size_t i = 0; i < count; ++i)
    BOOST_TEST((signs.features[i][0] * signs.features[i][1] < 0) == (signs.labels[i] == 1));

  // The angle grows with the distance from the middle, by half a turn less or more for the other class.
  const Points spirals = without_noise("spirals");
  for (std::size_t i = 0; i < count; ++i) {
    const auto [x, y] = spirals.features[i];
    const double angle = 2.5 * std::numbers::pi * radius({x, y}) / 1.4 + std::numbers::pi * spirals.labels[i];
    BOOST_TEST(std::hypot(x / radius({x, y}) - std::cos(angle), y / radius({x, y}) - std::sin(angle)) <
               1e-12);
  }

  const Points moons = without_noise("moons");
  for (std::size_t i = 0; i < count; ++i) {
    const double side = moons.labels[i] == 0 ? 1 : -1;
    const auto [x, y] = moons.features[i];
    BOOST_TEST(std::hypot(x + side * 0.5, y + side * 0.25) == 1, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(side * (y + side * 0.25) >= 0);
  }
}

BOOST_AUTO_TEST_CASE(noise_is_its_standard_deviation) {
  constexpr std::size_t count = 4000;
  const Points exact = points({"moons", count, 0, 3});
  const Points noisy = points({"moons", count, 0.2, 3});
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}})
      squares += std::pow(noisy.features[i][k] - exact.features[i][k], 2);
  BOOST_TEST(std::sqrt(squares / (2 * count)) == 0.2, boost::test_tools::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(mistakes) {
  BOOST_CHECK_EXCEPTION(points({.shape = "moon"}), NameError, [](const NameError& error) {
    return std::string(error.what()) ==
           "unknown shape of points 'moon'; did you mean 'moons'? Known: moons, circles, spirals, xor.";
  });
  BOOST_CHECK_THROW(points({.count = 0}), ValueError);
  BOOST_CHECK_THROW(points({.noise = -1}), ValueError);
  BOOST_CHECK_THROW(points({.noise = std::numeric_limits<double>::quiet_NaN()}), ValueError);
}

BOOST_AUTO_TEST_SUITE_END()
