#include "compiled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>

namespace gradus::bench {
namespace {

Expr activated(Activation activation, Expr h) {
  switch (activation) {
    case Activation::sigmoid:
      return sigmoid(h);
    case Activation::tanh:
      return gradus::tanh(h);
    case Activation::relu:
      return relu(h);
  }
  return h;
}

CompileOptions for_batch(Eigen::Index examples, int threads, CompileOptions options) {
  options.capacity = examples;
  options.threads = threads;
  return options;
}

}  // namespace

Compiled::Compiled(const Workload& workload, int threads, const CompileOptions& options)
    : adam_(workload.rule == Rule::adam) {
  const Expr image = graph_.input("image", {batch, workload.sizes.front()});
  Expr h = image;
  for (std::size_t layer = 1; layer < workload.sizes.size(); ++layer) {
    h = dense(h, workload.sizes[layer], fmt::format("layer{}", layer));
    if (layer + 1 < workload.sizes.size()) h = activated(workload.activation, h);
  }
  model_ = classify(image, h, {}, {});
  const CompileOptions all = for_batch(workload.batch, threads, options);
  if (!workload.training)
    compile_outputs({model_.probabilities}, all);
  else if (adam_)
    compile_step(Adam{.learning_rate = workload.learning_rate()}, all);
  else
    compile_step(Sgd{.learning_rate = workload.learning_rate()}, all);
  fill(make_parameters(workload));
  take(make_batch(workload.batch, workload.sizes.front()));
}

Compiled::Compiled(const std::string& layers, Eigen::Index examples, int threads,
                   const std::optional<Values>& parameters, const CompileOptions& options)
    : model_(classifier(graph_, layers)), adam_(true) {
  compile_step(Adam{}, for_batch(examples, threads, options));
  if (parameters) fill(*parameters);
  take(make_batch(examples, model_.image.shape()[1].at(1)));
}

void Compiled::compile_step(const UpdateRule& rule, const CompileOptions& options) {
  compile_outputs({model_.loss, minimize(model_.loss, rule)}, options);
}

void Compiled::compile_outputs(const Exprs& outputs, const CompileOptions& options) {
  program_ = std::make_unique<Program<float>>(compile(graph_, outputs, options));
  state_ = std::make_unique<State<float>>(initialise(graph_, 1));
}

void Compiled::fill(const Values& parameters) {
  const Exprs declared = graph_.parameters();
  for (std::size_t i = 0; i < declared.size(); ++i)
    std::ranges::copy(parameters.at(i), (*state_)[declared[i]].data);
}

void Compiled::take(const Batch& batch) {
  images_.assign(batch.images.data(), batch.images.data() + batch.images.size());
  labels_.assign(batch.labels.begin(), batch.labels.end());
}

double Compiled::step() {
  return program_->run(*state_, {{model_.image, images_}, {model_.label, labels_}}).scalar(model_.loss);
}

void Compiled::infer() {
  const auto p = program_->run(*state_, {{model_.image, images_}})[model_.probabilities];
  // As whoever asked would read them.
  probabilities_.assign(p.data, p.data + p.size());
}

std::vector<float> Compiled::probabilities() const { return probabilities_; }

Snapshot Compiled::snapshot() const {
  Snapshot result;
  const auto add = [&](Values& to, const std::string& name) {
    const auto view = std::as_const(*state_)[name];
    to.emplace_back(view.data, view.data + view.size());
  };
  for (const Expr parameter : graph_.parameters()) {
    add(result.parameters, parameter.name());
    if (!adam_) continue;
    add(result.first_moments, parameter.name() + "/first_moment");
    add(result.second_moments, parameter.name() + "/second_moment");
  }
  return result;
}

}  // namespace gradus::bench
