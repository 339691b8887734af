#include <fmt/format.h>

#include <algorithm>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <memory>

#include "contenders.hpp"
#include "reference.hpp"

namespace gradus::bench {
namespace {

/// The workload's network as a user declares it, compiled, with its state and its batch.
struct CompiledStep {
  Graph graph;
  Classifier model;
  std::unique_ptr<Program<float>> program;
  std::unique_ptr<State<float>> state;
  std::vector<float> images;
  std::vector<float> labels;

  double run() {
    const auto values = program->run(*state, {{model.image, images}, {model.label, labels}});
    return values.scalar(model.loss);
  }
};

std::string layer_name(std::size_t layer) { return fmt::format("layer{}", layer + 1); }

void declare(const Workload& workload, CompiledStep& step, int threads) {
  const Expr image = step.graph.input("image", {batch, workload.sizes.front()});
  Expr h = image;
  for (std::size_t layer = 0; layer + 1 < workload.sizes.size(); ++layer) {
    h = dense(h, workload.sizes[layer + 1], layer_name(layer));
    if (layer + 2 < workload.sizes.size()) h = sigmoid(h);
  }
  step.model = classify(image, h, {}, {});
  const Expr update = minimize(step.model.loss, Sgd{.learning_rate = workload.learning_rate});
  CompileOptions options;
  options.capacity = workload.batch;
  options.threads = threads;
  step.program = std::make_unique<Program<float>>(compile(step.graph, {step.model.loss, update}, options));
  step.state = std::make_unique<State<float>>(initialise(step.graph, 1));
}

void fill(const Workload& workload, CompiledStep& step) {
  const std::vector<Layer> layers = make_layers(workload);
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    std::copy_n(layers[layer].weights.data(), layers[layer].weights.size(),
                (*step.state)[layer_name(layer) + "/weight"].data);
    std::copy_n(layers[layer].bias.data(), layers[layer].bias.size(),
                (*step.state)[layer_name(layer) + "/bias"].data);
  }
  const Batch data = make_batch(workload);
  step.images.assign(data.images.data(), data.images.data() + data.images.size());
  for (Eigen::Index row = 0; row < data.labels.rows(); ++row) {
    Eigen::Index label = 0;
    data.labels.row(row).maxCoeff(&label);
    step.labels.push_back(static_cast<float>(label));
  }
}

std::vector<Layer> layers_of(const Workload& workload, const CompiledStep& step) {
  std::vector<Layer> layers = make_layers(workload);
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const auto weights = (*step.state)[layer_name(layer) + "/weight"];
    const auto bias = (*step.state)[layer_name(layer) + "/bias"];
    std::copy_n(weights.data, weights.size(), layers[layer].weights.data());
    std::copy_n(bias.data, bias.size(), layers[layer].bias.data());
  }
  return layers;
}

}  // namespace

Contender step_contender(const Workload& workload, int threads) {
  const auto step = std::make_shared<CompiledStep>();
  declare(workload, *step, threads);
  fill(workload, *step);
  const std::string name = threads == 1 ? "gradus" : fmt::format("gradus, {} threads", threads);
  const double loss = step->run();
  verify_first_step(workload, name, loss, layers_of(workload, *step));
  return {name, [step] { step->run(); }};
}

}  // namespace gradus::bench
