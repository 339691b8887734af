#include <gradus/base/error.hpp>
#include <gradus/data/batches.hpp>
#include <gradus/data/split.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/recording.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/evaluate.hpp>
#include <gradus/train/inspected_model.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

struct DataSize {
  ImageSize image;
  Index classes = 10;
  std::size_t training_examples = 50000;
};

data::Subset training_split(const TrainSettings& settings, const data::TrainTest& data) {
  return data::split(data.train, {settings.validation, settings.train_limit}).train;
}

State<float> starting_state(const Graph& graph, const TrainSettings& settings, GraphStage stage,
                            const std::optional<std::filesystem::path>& checkpoint) {
  State<float> state = initialise(graph, settings.seed);
  if (checkpoint)
    load_checkpoint(*checkpoint, state, stage == GraphStage::training ? Restore::everything : Restore::model);
  return state;
}

InspectedModel make(const TrainSettings& settings, GraphStage stage, const DataSize& size,
                    const std::optional<std::filesystem::path>& checkpoint) {
  check(settings);
  Network network = declare(settings, size.image, size.classes);
  Expr loss = network.model.loss;
  Expr step;
  if (stage == GraphStage::training) {
    step = add_training_step(network, settings, updates_in_run(settings, size.training_examples));
    loss = step.input(0);
  } else if (stage == GraphStage::differentiated) {
    if (network.model.penalty) loss = loss + network.model.penalty;
    gradients(loss, network.graph->parameters());
  }
  State<double> state =
      state_in_double(*network.graph, starting_state(*network.graph, settings, stage, checkpoint));
  return {settings, std::move(network), loss, step, std::move(state), nullptr, {}, {}, {}};
}

}  // namespace

std::vector<Feed<double>> InspectedModel::feeds() const {
  if (!data) return {};
  return {{network.model.image, images}, {network.model.label, labels}};
}

void InspectedModel::take_batch(std::size_t number) {
  if (!data) throw GraphError("a batch is taken from data, but this model was declared without any");
  const data::Subset train = training_split(settings, *data);
  const auto examples = static_cast<std::size_t>(labels.size());
  const std::size_t first = number % (train.size() / examples) * examples;
  data::Batches<double> batches({*train.dataset, train.first + first, examples}, scale, examples);
  const auto batch = batches.next();
  std::ranges::copy(batch->images, images.data());
  std::ranges::copy(batch->labels, labels.data());
}

void InspectedModel::take_first(std::size_t examples) {
  if (!data) throw GraphError("a batch is taken from data, but this model was declared without any");
  const std::size_t all = training_split(settings, *data).size();
  if (examples < 1 || examples > all)
    throw ValueError(fmt::format("a batch of {} examples cannot be taken: the training split of {} has {}",
                                 examples, data->train.name, all));
  const auto batch = static_cast<Index>(examples);
  images = Tensor<double>(network.model.image.shape().at(batch));
  labels = Tensor<double>(network.model.label.shape().at(batch));
  take_batch(0);
}

InspectedModel inspect_model(const TrainSettings& settings, GraphStage stage) {
  return make(settings, stage, {}, {});
}

InspectedModel inspect_model(const TrainSettings& settings, GraphStage stage,
                             std::shared_ptr<const data::TrainTest> data, std::size_t examples,
                             const std::optional<std::filesystem::path>& checkpoint) {
  const std::size_t all = training_split(settings, *data).size();
  InspectedModel subject = make(settings, stage,
                                {{static_cast<Index>(data->train.rows), static_cast<Index>(data->train.cols)},
                                 static_cast<Index>(data->train.classes.size()),
                                 all},
                                checkpoint);
  subject.scale = pixel_scale(settings, training_split(settings, *data));
  subject.data = std::move(data);
  subject.take_first(examples);
  return subject;
}

}  // namespace gradus
