#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/models/activation.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>

#include <fmt/format.h>

namespace gradus {

Expr dense(Expr x, Index units, const std::string& name, const Initialiser& weight, SourceLocation location) {
  Graph& graph = x.graph();
  const auto whole = graph.declaration();
  const auto scope = graph.scope(name, location);
  if (x.shape().rank() != 2)
    throw ShapeError(
        fmt::format("the dense layer '{}'{} takes a matrix (batch, n), but '{}' is {}: flatten it first",
                    graph.context().scope, to_string(location), x.name(), to_string(x.shape())));
  const Expr w = graph.parameter("weight", {x.shape()[1], units}, weight, location);
  const Expr b = graph.parameter("bias", {units}, zeros(), location);
  return matmul(x, w, {}, location) + b;
}

Expr conv2d(Expr x, Index channels, Index kernel, const std::string& name, const Convolution& how, Bias bias,
            const Initialiser& weight, SourceLocation location) {
  Graph& graph = x.graph();
  const auto whole = graph.declaration();
  const auto scope = graph.scope(name, location);
  if (x.shape().rank() != 4)
    throw ShapeError(
        fmt::format("the convolution '{}'{} takes images (batch, channels, rows, columns), but '{}' is {}: "
                    "reshape it first",
                    graph.context().scope, to_string(location), x.name(), to_string(x.shape())));
  const Expr w = graph.parameter("weight", {channels, x.shape()[1], kernel, kernel}, weight, location);
  if (bias == Bias::no) return conv2d(x, w, how, location);
  return conv2d(x, w, graph.parameter("bias", {channels}, zeros(), location), how, location);
}

namespace {

/// Moves a running statistic towards the batch's at every training step.
Expr running(const std::string& name, Expr of_batch, double initial, SourceLocation location) {
  constexpr double share = 0.1;
  Graph& graph = of_batch.graph();
  const Expr kept = graph.buffer(name, of_batch.shape(), filled_with(initial), location);
  const auto update = graph.enter({graph.context().scope, {Section::update, kept.name()}, location});
  const Expr news = share * of_batch;
  graph.attach_update(assign(kept, (1 - share) * kept + news, location));
  return kept;
}

}  // namespace

Expr batch_norm(Expr x, const std::string& name, SourceLocation location) {
  Graph& graph = x.graph();
  const auto whole = graph.declaration();
  const auto scope = graph.scope(name, location);
  const BatchStatistics of_batch = batch_statistics(x, location);
  const Shape channels{x.shape()[1]};
  const Expr scale = graph.parameter("scale", channels, filled_with(1), location);
  const Expr shift = graph.parameter("shift", channels, zeros(), location);
  const double pixels = static_cast<double>(x.shape().count(1)) / static_cast<double>(x.shape()[1].at(1));
  const Expr n = graph.batch_size(location) * pixels;
  const Expr unbiased = of_batch.variance * (n / maximum(n - 1.0, 1.0));
  const Expr mean = running("running_mean", of_batch.mean, 0, location);
  const Expr variance = running("running_variance", unbiased, 1, location);
  return batch_norm(
      x, {when_training(of_batch.mean, mean, location), when_training(of_batch.variance, variance, location)},
      scale, shift, 1e-5, location);
}

Expr layer_norm(Expr x, const std::string& name, SourceLocation location) {
  Graph& graph = x.graph();
  const auto whole = graph.declaration();
  const auto scope = graph.scope(name, location);
  const Shape example(x.shape().dims().subspan(1));
  const Expr shift = graph.parameter("shift", example, zeros(), location);
  const Expr scale = graph.parameter("scale", example, filled_with(1), location);
  return layer_norm(x, scale, shift, 1e-5, location);
}

Expr activation(const std::string& text, Expr x, SourceLocation location) {
  return registered_activations().parse(text)(x, location);
}

}  // namespace gradus
