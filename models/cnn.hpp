#pragma once

#include <gradus/models/classifier.hpp>
#include <gradus/models/parts.hpp>

#include <string>
#include <vector>

namespace gradus {

/// A convolutional network for images of one channel. The defaults are the size of LeNet-5 (LeCun et al.
/// 1998) on images without a margin.
struct CnnConfig {
  Index rows = 28;
  Index columns = 28;
  std::vector<Index> channels{6, 16};  ///< of each convolution
  Index kernel = 5;                    ///< its rows and columns
  Index padding = 0;
  std::string pooling = "max";   ///< 2 × 2 windows; or "average", or "none"
  Index pool_every = 1;          ///< convolutions before each pooling
  std::string head = "flatten";  ///< what the dense layers see: all pixels, or "average", each channel's mean
  std::vector<Index> hidden{120, 84};
  Index classes = 10;
  std::string activation = "relu";
  std::string normalisation = "none";  ///< before each activation: "batch" or "layer"
  double dropout = 0;                  ///< rate behind each hidden layer
  std::string init = "glorot";
  LossConfig loss;
  const ModelParts* parts = &library_model_parts();  ///< what the names are names of
};

/// The poolings and heads cnn() knows.
const std::vector<std::string>& pooling_names();
const std::vector<std::string>& head_names();

/// Declares the network on an empty graph: for every convolution f(normalise(pool(w ⋆ h + b))), where there
/// is a pooling, then the dense layers as mlp() has them. To pool before f, which increases, gives the same
/// as after it, with a quarter of the work. Throws ValueError for sizes below 1, ShapeError for a kernel
/// larger than what is left of the image, NameError for an unknown pooling, head or normalisation, and as
/// layers.hpp, initialisers.hpp and classifier.hpp say.
Classifier cnn(Graph& graph, const CnnConfig& config, Here here = Here::current());

}  // namespace gradus
