#pragma once

#include <gradus/base/table.hpp>
#include <gradus/data/dataset.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/train/settings.hpp>

#include <memory>

namespace gradus {

/// The model that settings describe, declared on a graph of its own.
struct Network {
  std::unique_ptr<Graph> graph;
  Classifier model;

  /// The number of trained values.
  Index parameters() const;

  /// Of one example in the forward pass.
  Index multiply_adds() const;
};

/// The table of layers, the columns of these names: "layer", "kind", "input", "output", "stride", "padding",
/// "parameters", "multiply-adds", "activation bytes" (of floats), the last three of one example. Below the
/// head come the image, where its bytes are told, each layer and the sums.
std::vector<Row> layer_rows(const Network& network, const std::vector<std::string>& columns);

/// The layers of a network for so many classes, as Layers reads them: those of the settings, or those that
/// the model makes of them; nothing for a model that declares its nodes itself.
std::string layers_of(const TrainSettings& settings, Index classes);

/// Declares the model for images of this size and `classes` classes. Throws as classifier() does, ShapeError
/// where the layers end in another number of classes.
Network declare(const TrainSettings& settings, const ImageSize& image, Index classes);

/// The same for the images and classes of a data set.
Network declare(const TrainSettings& settings, const data::Dataset& data);

/// Adds one training step to the network: gradients and the optimizer's updates. `updates` is how many
/// updates the whole run makes, for schedules that span it. Throws as minimize() and parse_schedule() do.
Expr add_training_step(Network& network, const TrainSettings& settings, double updates);

/// How many of so many training examples an epoch takes.
std::size_t examples_in_epoch(const TrainSettings& settings, std::size_t examples);

/// The number of batches in an epoch, and of updates in the run, for so many training examples.
std::int64_t batches_in_epoch(const TrainSettings& settings, std::size_t examples);
double updates_in_run(const TrainSettings& settings, std::size_t examples);

}  // namespace gradus
