#include <gradus/report/palette.hpp>
#include <gradus/report/weight_images.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gradus {
namespace {

/// Where the weight of (unit, channel, row, column) lies.
struct WeightOrder {
  std::size_t units = 0, channels = 0, rows = 0, cols = 0;
  std::size_t per_unit = 0, per_channel = 0, per_row = 0, per_col = 0;
};

WeightOrder order_of(const Extents& extents, std::size_t rows, std::size_t cols) {
  const auto at = [&](std::size_t axis) { return static_cast<std::size_t>(extents.sizes[axis]); };
  if (extents.rank == 2 && at(0) == rows * cols) return {at(1), 1, rows, cols, 1, 0, cols * at(1), at(1)};
  if (extents.rank == 4) return {at(0), at(1), at(2), at(3), at(1) * at(2) * at(3), at(2) * at(3), at(3), 1};
  return {};
}

WeightImage unit_image(const View<const float>& weights, const WeightOrder& order, std::size_t unit) {
  WeightImage image{order.rows, order.channels * order.cols, {}};
  for (std::size_t y = 0; y < order.rows; ++y)
    for (std::size_t c = 0; c < order.channels; ++c)
      for (std::size_t x = 0; x < order.cols; ++x)
        image.values.push_back(weights[static_cast<Index>(unit * order.per_unit + c * order.per_channel +
                                                          y * order.per_row + x * order.per_col)]);
  return image;
}

/// The absolute value that all but a few weights stay below: by the largest of all the others would look
/// pale.
float full_colour(const View<const float>& weights) {
  constexpr double share = 0.995;
  std::vector<float> sizes;
  for (const float weight : weights.span()) sizes.push_back(std::abs(weight));
  const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sizes.size() - 1));
  std::ranges::nth_element(sizes, at);
  return *at;
}

std::uint8_t channel(std::string_view colour, std::size_t which) {
  int value = 0;
  std::from_chars(colour.data() + 1 + 2 * which, colour.data() + 3 + 2 * which, value, 16);
  return static_cast<std::uint8_t>(value);
}

}  // namespace

FirstLayer first_layer(const Graph& graph, const State<float>& state, std::size_t rows, std::size_t cols,
                       std::size_t max_count) {
  const Exprs parameters = graph.parameters();
  if (parameters.empty()) return {};
  const View<const float> weights = state[parameters.front()];
  const WeightOrder order = order_of(weights.extents, rows, cols);
  FirstLayer layer{
      parameters.front().name(), order.units, weights.extents.rank == 4, full_colour(weights), {}};
  if (layer.full > 0)
    for (std::size_t unit = 0; unit < std::min(order.units, max_count); ++unit)
      layer.images.push_back(unit_image(weights, order, unit));
  return layer;
}

Raster painted(const WeightImage& weights, float full) {
  Raster picture{weights.cols, weights.rows, 4, {}};
  for (const float weight : weights.values) {
    // Halfway between the light page's colour and the dark page's, since one picture serves both.
    const Shade& shade = palette[weight >= 0 ? 1 : 0];
    for (std::size_t c = 0; c < 3; ++c)
      picture.pixels.push_back(
          static_cast<std::uint8_t>((channel(shade.light, c) + channel(shade.dark, c)) / 2));
    picture.pixels.push_back(
        static_cast<std::uint8_t>(std::lround(255 * std::min(1.0F, std::abs(weight) / full))));
  }
  return picture;
}

}  // namespace gradus
