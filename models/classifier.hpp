#pragma once

#include <gradus/graph/declare/graph.hpp>
#include <gradus/models/layer_list.hpp>
#include <gradus/ops/losses.hpp>

#include <functional>
#include <string>
#include <vector>

namespace gradus {

/// The ends of a model that sorts images into classes: what is fed, and what can be asked for.
struct Classifier {
  Expr image;          ///< (batch, pixels), fed
  Expr label;          ///< (batch), fed: class numbers 0, 1, …
  Expr probabilities;  ///< (batch, classes)
  Expr predicted;      ///< (batch): the class of the largest probability
  Expr losses;         ///< (batch): the loss of each example
  Expr loss;           ///< scalar: the examples' losses, joined by the reduction
  Expr penalty;        ///< scalar, empty when there is none
  std::vector<LayerRow> layers;

  Index classes() const { return probabilities.shape()[1].at(1); }
};

/// The pixels of an image.
struct ImageSize {
  Index rows = 28;
  Index columns = 28;
};

/// How a classifier's outputs are judged and its weights penalised.
struct LossConfig {
  std::string loss = "cross-entropy";  ///< of softmax probabilities, as Registry::parse() reads it
  Reduction reduction = Reduction::mean;
  double l1 = 0;                                     ///< λ of λ Σ |w| over the weights, not the biases
  double l2 = 0;                                     ///< λ of λ Σ w²
  const ModelParts* parts = &library_model_parts();  ///< what the name is a name of
};

/// Declares a network that sorts images of this size on an empty graph: the layers, as declare() does, whose
/// last gives the logits, and what classify() adds. Layers that take images see (batch, 1, rows, columns).
/// Throws ShapeError where the layers do not end in (batch, classes), and as those do.
Classifier classifier(Graph& graph, const Layers& layers, const ImageSize& image = {},
                      const LossConfig& loss = {}, const Initialiser& weights = glorot_uniform(),
                      SourceLocation location = SourceLocation::current());

/// The same for a network that is declared by a function from images (batch, 1, rows, columns) to logits.
Classifier classifier(Graph& graph, const std::function<Expr(Expr images)>& logits, const ImageSize& image,
                      const LossConfig& loss, SourceLocation location = SourceLocation::current());

/// Adds to the logits (batch, classes) all that a Classifier has: softmax, the loss, the penalty of
/// `weights`. Throws NameError for an unknown loss, ValueError for a negative λ.
Classifier classify(Expr image, Expr logits, const Exprs& weights, const LossConfig& config,
                    SourceLocation location = SourceLocation::current());

}  // namespace gradus
