#pragma once

#include <gradus/models/classifier.hpp>
#include <gradus/models/parts.hpp>

namespace gradus {

/// What the layers of one network have in common.
struct LayerConfig {
  std::string activation;
  std::string normalisation;
  double dropout;
  std::string init;
  const ModelParts* parts;  ///< what the names are names of
};

/// Declares the layers of a network one after the other, and keeps the list of them.
class NetworkBuilder {
 public:
  /// Throws as Registry::parse() does for the initialiser and the activation; NameError for an unknown
  /// normalisation.
  NetworkBuilder(Graph& graph, LayerConfig config, Here here);

  /// Square kernels with a bias, unless a batch normalisation follows, which takes every mean away.
  Expr conv2d(Expr x, Index channels, Index kernel, Index padding, const std::string& name);

  /// f(normalise(x)), inside of the layer's scope; listed with the layer listed last, whose output x is.
  Expr activate(Expr x, const std::string& name);

  /// Lists a layer without parameters and returns its output. One that does nothing to x is not listed.
  Expr add(Expr x, const std::string& name, const std::string& kind);

  /// Dense layers with an activation each, one more for the classes, and the loss.
  /// Throws ValueError for a size below 1, and as gradus::classify() does.
  Classifier classify(Expr image, Expr x, const std::vector<Index>& hidden, Index classes,
                      const LossConfig& loss);

 private:
  Expr dense(Expr x, Index units, const std::string& name, const std::string& kind);

  Graph& graph_;
  LayerConfig config_;
  Here here_;
  Initialiser init_;
  Activation activation_;
  Exprs weights_;
  std::vector<Layer> layers_;
};

/// The normalisations a network may have before its activations: none, batch, layer.
const std::vector<std::string>& normalisation_names();

}  // namespace gradus
