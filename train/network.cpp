#include <gradus/base/error.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/train/network.hpp>
#include <gradus/train/training_loop.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace gradus {

Index Network::parameters() const {
  Index total = 0;
  for (const Expr& w : graph->parameters()) total += w.shape().count(1);
  return total;
}

Index Network::multiply_adds() const {
  Index total = 0;
  for (const LayerRow& layer : model.layers) total += layer.multiply_adds;
  return total;
}

namespace {

LossConfig loss_of(const TrainSettings& settings) {
  return {settings.loss, settings.reduction == "sum" ? Reduction::sum : Reduction::mean, settings.l1,
          settings.l2, settings.parts};
}

}  // namespace

std::string layers_of(const TrainSettings& settings, Index classes) {
  const NamedModel& model = settings.parts->model(settings.model);
  if (model.declare) return "";
  return Layers(settings.layers ? *settings.layers : model.layers(settings, classes), *settings.parts).text();
}

Network declare(const TrainSettings& settings, const ImageSize& size, Index classes) {
  Network network{std::make_unique<Graph>(), {}};
  const LossConfig loss = loss_of(settings);
  if (const DeclareLogits& logits = settings.parts->model(settings.model).declare)
    network.model = classifier(
        *network.graph, [&](Expr images) { return logits(images, classes); }, size, loss);
  else
    network.model = classifier(*network.graph, {layers_of(settings, classes), *settings.parts}, size, loss,
                               settings.parts->initialisers.parse(settings.init));
  if (const Index ends = network.model.classes(); ends != classes)
    throw ShapeError(fmt::format("the {} ends in {} classes, but the data has {}: let it end with dense {}",
                                 settings.layers ? "list --layers" : "model " + settings.model, ends, classes,
                                 classes));
  return network;
}

std::vector<Row> layer_rows(const Network& network, const std::vector<std::string>& columns) {
  const auto bytes = [](const Shape& shape) { return shape.count(1) * static_cast<Index>(sizeof(float)); };
  const auto text = [](std::optional<Index> count) { return count ? fmt::to_string(*count) : ""; };
  std::vector<Row> rows{columns};
  const auto add = [&](const std::map<std::string, std::string>& cells) {
    Row& row = rows.emplace_back();
    for (const std::string& column : columns) row.push_back(cells.contains(column) ? cells.at(column) : "");
  };
  const Shape& image = network.model.image.shape();
  Index activations = bytes(image);
  if (std::ranges::find(columns, "activation bytes") != columns.end())
    add({{"layer", "image"},
         {"output", to_string(image)},
         {"parameters", "0"},
         {"multiply-adds", "0"},
         {"activation bytes", text(activations)}});
  for (const LayerRow& layer : network.model.layers) {
    activations += bytes(layer.output);
    add({{"layer", layer.name},
         {"kind", layer.kind},
         {"input", to_string(layer.input)},
         {"output", to_string(layer.output)},
         {"stride", text(layer.stride)},
         {"padding", text(layer.padding)},
         {"parameters", text(layer.parameters)},
         {"multiply-adds", text(layer.multiply_adds)},
         {"activation bytes", text(bytes(layer.output))}});
  }
  add({{"layer", "in all"},
       {"parameters", text(network.parameters())},
       {"multiply-adds", text(network.multiply_adds())},
       {"activation bytes", text(activations)}});
  return rows;
}

Network declare(const TrainSettings& settings, const data::Dataset& data) {
  return declare(settings, {static_cast<Index>(data.rows), static_cast<Index>(data.cols)},
                 static_cast<Index>(data.classes.size()));
}

Expr add_training_step(Network& network, const TrainSettings& settings, double updates) {
  std::map<std::string, Hyper> hyper(settings.hyper.begin(), settings.hyper.end());
  if (settings.schedule != "constant")
    hyper.insert_or_assign("learning_rate",
                           Hyper(hyper_values(settings).at("learning_rate"),
                                 parse_schedule(settings.schedule, updates, settings.parts->schedules)));
  MinimizeOptions options;
  options.penalty = network.model.penalty;
  options.clip_norm = settings.clip_norm;
  options.accumulate = settings.accumulate;
  options.reduction = settings.reduction == "sum" ? Reduction::sum : Reduction::mean;
  return minimize(network.model.loss, settings.parts->rules.find(settings.optimizer).make(hyper), options);
}

std::size_t examples_in_epoch(const TrainSettings& settings, std::size_t examples) {
  return examples_in_epoch(examples, settings.batch, settings.drop_last);
}

std::int64_t batches_in_epoch(const TrainSettings& settings, std::size_t examples) {
  const auto batch = static_cast<std::size_t>(settings.batch);
  return static_cast<std::int64_t>((examples_in_epoch(settings, examples) + batch - 1) / batch);
}

double updates_in_run(const TrainSettings& settings, std::size_t examples) {
  const std::int64_t batches = batches_in_epoch(settings, examples);
  return static_cast<double>((batches + settings.accumulate - 1) / settings.accumulate * settings.epochs);
}

}  // namespace gradus
