#pragma once

#include <gradus/data/dataset.hpp>
#include <gradus/data/transform.hpp>
#include <gradus/train/network.hpp>

#include <filesystem>
#include <memory>
#include <optional>

namespace gradus {

/// How much of a training step a graph holds.
enum class GraphStage {
  declared,        ///< the model and its loss
  differentiated,  ///< and the gradients of all parameters
  training         ///< and the updates
};

/// A model to be looked at, as dumps and explanations show it: the graph, and numbers to run it with.
struct InspectedModel {
  TrainSettings settings;
  Network network;
  Expr loss;            ///< scalar; with the penalty, where there is one and the stage is not `declared`
  Expr step;            ///< what minimize() returned; empty before GraphStage::training
  State<double> state;  ///< initial values in float, as training begins, or those of a checkpoint

  std::shared_ptr<const data::TrainTest> data;  ///< null when no data was given: then there is no batch
  data::PixelScale scale;
  Tensor<double> images;  ///< of the batch, in the shape of the model's input
  Tensor<double> labels;

  /// The batch, for a run; empty when there is no data. Refers to `images` and `labels`.
  std::vector<Feed<double>> feeds() const;

  /// Makes examples number·n … number·n + n − 1 of the training split the batch of n, in the split's own
  /// order and from its beginning again after the last whole batch. Throws GraphError when there is no data.
  void take_batch(std::size_t number);

  /// Makes the first `examples` of the training split the batch. Throws GraphError when there is no data,
  /// ValueError when the split has fewer.
  void take_first(std::size_t examples);
};

/// An inspected model without numbers of its own: for images of 28 × 28 pixels in 10 classes, 50,000 of them
/// to train on, as MNIST has. Throws as check(settings), declare() and add_training_step() do.
InspectedModel inspect_model(const TrainSettings& settings, GraphStage stage);

/// An inspected model for this data, with its first batch of `examples`, and the variables of a checkpoint
/// where one is given. Throws also ValueError when the training split has fewer examples, FileError as
/// load_checkpoint().
InspectedModel inspect_model(const TrainSettings& settings, GraphStage stage,
                             std::shared_ptr<const data::TrainTest> data, std::size_t examples,
                             const std::optional<std::filesystem::path>& checkpoint = {});

}  // namespace gradus
