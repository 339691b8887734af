#pragma once

#include <gradus/graph/graph.hpp>
#include <gradus/models/parts.hpp>
#include <gradus/ops/losses.hpp>

#include <string>
#include <vector>

namespace gradus {

/// A layer as a report lists it.
struct Layer {
  std::string name;
  std::string kind;
  Shape output;
  Index parameters = 0;
  Index multiply_adds = 0;  ///< for one example, forward
};

/// The ends of a model that sorts images into classes: what is fed, and what can be asked for.
struct Classifier {
  Expr image;          ///< (batch, pixels), fed
  Expr label;          ///< (batch), fed: class numbers 0, 1, …
  Expr probabilities;  ///< (batch, classes)
  Expr predicted;      ///< (batch): the class of the largest probability
  Expr losses;         ///< (batch): the loss of each example
  Expr loss;           ///< scalar: the examples' losses, joined by the reduction
  Expr penalty;        ///< scalar, empty when there is none
  std::vector<Layer> layers;
};

/// How a classifier's outputs are judged and its weights penalised.
struct LossConfig {
  std::string loss = "cross-entropy";  ///< of softmax probabilities, as Registry::parse() reads it
  Reduction reduction = Reduction::mean;
  double l1 = 0;                                     ///< λ of λ Σ |w| over the weights, not the biases
  double l2 = 0;                                     ///< λ of λ Σ w²
  const ModelParts* parts = &library_model_parts();  ///< what the name is a name of
};

/// Adds to the logits (batch, classes) all that a Classifier has: softmax, the loss, the penalty of
/// `weights`. Throws NameError for an unknown loss, ValueError for a negative λ.
Classifier classify(Expr image, Expr logits, const Exprs& weights, const LossConfig& config,
                    Here here = Here::current());

}  // namespace gradus
