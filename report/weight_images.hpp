#pragma once

#include <gradus/base/png.hpp>
#include <gradus/graph/run/state.hpp>

namespace gradus {

/// Weights drawn as a picture, row by row.
struct WeightImage {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<float> values;
};

/// What the units of a network's first layer look for: one small picture of weights each.
struct FirstLayer {
  std::string parameter;  ///< whose weights
  std::size_t units = 0;  ///< how many the layer has
  bool kernels = false;   ///< of a convolution, whose units are output channels
  float full = 0;         ///< drawn in full colour, as is what is larger: 99.5 % of the weights are below
  std::vector<WeightImage> images;  ///< of the first units
};

/// The first layer's weights as pictures: the columns of a matrix (rows · cols, units) as rows × cols, the
/// kernels of a convolution (units, channels, rows, columns) with the channels side by side. At most
/// `max_count` units. Without pictures when the first parameter is of another shape or zero.
FirstLayer first_layer(const Graph& graph, const State<float>& state, std::size_t rows, std::size_t cols,
                       std::size_t max_count);

/// Positive weights vermillion, negative ones blue, as opaque as they are large: a weight of zero shows the
/// page, whether it is light or dark.
Raster painted(const WeightImage& weights, float full);

}  // namespace gradus
