#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/philox.hpp>
#include <gradus/data/points.hpp>
#include <gradus/data/streams.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gradus::data {
namespace {

using Place = std::array<double, 2>;

constexpr double pi = std::numbers::pi;

/// Two half circles that reach into each other.
Place moon(int label, Philox& random) {
  const double angle = random.uniform(0, pi);
  const double side = label == 0 ? 1 : -1;
  return {side * (std::cos(angle) - 0.5), side * (std::sin(angle) - 0.25)};
}

Place circle(int label, Philox& random) {
  const double angle = random.uniform(0, 2 * pi);
  const double radius = label == 0 ? 1.2 : 0.6;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

/// Archimedes' spiral, one and a quarter turns of it; that of the other class is turned by half a turn.
Place spiral(int label, Philox& random) {
  const double along = random.uniform(0.15, 1);
  const double angle = 2.5 * pi * along + pi * label;
  return {1.4 * along * std::cos(angle), 1.4 * along * std::sin(angle)};
}

/// Class 1 where the signs of x₁ and x₂ differ.
Place quadrant(int label, Philox& random) {
  const auto away = [&] { return random.uniform(0.15, 1.2); };
  const double sign = random.below(2) == 0 ? 1 : -1;
  const double first = sign * away();
  return {first, (label == 0 ? sign : -sign) * away()};
}

struct Kind {
  PointShape shape;
  Place (*draw)(int label, Philox& random);
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {{"moons", "two half moons that reach into each other"}, moon},
      {{"circles", "a circle inside another"}, circle},
      {{"spirals", "two spirals, one inside the other"}, spiral},
      {{"xor", "class 1 where the signs of the features differ"}, quadrant},
  };
  return all;
}

}  // namespace

const std::vector<PointShape>& point_shapes() {
  static const std::vector<PointShape> shapes = [] {
    std::vector<PointShape> all;
    for (const Kind& kind : kinds()) all.push_back(kind.shape);
    return all;
  }();
  return shapes;
}

Points points(const PointsOptions& options) {
  std::vector<std::string> names;
  for (const PointShape& shape : point_shapes()) names.push_back(shape.name);
  require_known("shape of points", options.shape, names);
  if (options.count == 0) throw ValueError("there must be at least 1 point, not 0");
  if (!(options.noise >= 0 && std::isfinite(options.noise)))
    throw ValueError(fmt::format("the noise of points must be a number from 0, not {}", options.noise));
  const auto kind = std::ranges::find(names, options.shape) - names.begin();
  Points result;
  for (std::size_t i = 0; i < options.count; ++i) {
    const int label = static_cast<int>(i % 2);
    Philox random(options.seed, points_stream, i);
    Place place = kinds()[static_cast<std::size_t>(kind)].draw(label, random);
    for (double& x : place) x += options.noise * random.normal();
    result.features.push_back(place);
    result.labels.push_back(label);
  }
  return result;
}

}  // namespace gradus::data
