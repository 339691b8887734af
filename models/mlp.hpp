#pragma once

#include <gradus/models/classifier.hpp>
#include <gradus/models/parts.hpp>

#include <string>
#include <vector>

namespace gradus {

/// A multi-layer perceptron for images of `pixels` numbers.
struct MlpConfig {
  Index pixels = 784;
  std::vector<Index> hidden{500, 250, 100};
  Index classes = 10;
  std::string activation = "relu";
  std::string normalisation = "none";  ///< before each activation: "batch" or "layer"
  double dropout = 0;                  ///< rate behind each hidden layer
  std::string init = "glorot";
  LossConfig loss;
  const ModelParts* parts = &library_model_parts();  ///< what the names are names of
};

/// Declares the network on an empty graph: h = f(normalise(h W + b)) for every hidden layer, then softmax(h W
/// + b). Throws ValueError for sizes below 1, and as layers.hpp, initialisers.hpp and classifier.hpp say.
Classifier mlp(Graph& graph, const MlpConfig& config, Here here = Here::current());

}  // namespace gradus
