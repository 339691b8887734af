#pragma once

#include <gradus/graph/declare/shape.hpp>

#include <string>
#include <vector>

namespace gradus {

/// The few settings from which mlp_layers() and cnn_layers() write a list of layers.
struct PresetSettings {
  std::vector<Index> hidden{500, 250, 100};
  std::string activation = "relu";
  std::string normalisation = "none";  ///< before each activation: "batch" or "layer"
  double dropout = 0;                  ///< rate behind each hidden layer

  std::vector<Index> channels{6, 16};  ///< of each convolution; this and what follows: of cnn_layers() alone
  Index kernel = 5;                    ///< its rows and columns
  Index padding = 0;
  std::string pooling = "max";   ///< 2 × 2 windows; or "average", or "none"
  Index pool_every = 1;          ///< convolutions before each pooling
  std::string head = "flatten";  ///< what the dense layers see: all pixels, or "average", each channel's mean
};

/// A multi-layer perceptron, as Layers reads it: "dense 500, relu, dense 250, relu, dense 100, relu, dense
/// 10". Throws NameError for an unknown normalisation.
std::string mlp_layers(const PresetSettings& settings, Index classes);

/// A convolutional network; the defaults are the size of LeNet-5 (LeCun et al. 1998) on images without a
/// margin. To pool before an activation that increases gives the same as after it, with a quarter of the
/// work. A convolution before a batch normalisation, which takes every mean away, has no bias. Throws
/// NameError for an unknown pooling, head or normalisation, ValueError for poolings after no convolution.
std::string cnn_layers(const PresetSettings& settings, Index classes);

/// What the settings may name.
const std::vector<std::string>& normalisation_names();
const std::vector<std::string>& pooling_names();
const std::vector<std::string>& head_names();

}  // namespace gradus
