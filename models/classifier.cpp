#include <gradus/base/error.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>

#include <fmt/format.h>

#include <cmath>

namespace gradus {
namespace {

void require_not_negative(const char* what, double lambda) {
  if (!(lambda >= 0) || !std::isfinite(lambda))
    throw ValueError(fmt::format("the {} penalty's factor is a number from 0 on, not {}", what, lambda));
}

Expr penalty(const Exprs& weights, const LossConfig& config, SourceLocation location) {
  require_not_negative("L1", config.l1);
  require_not_negative("L2", config.l2);
  Expr total;
  if (config.l2 > 0) total = l2_penalty(weights, config.l2, location);
  if (config.l1 > 0) {
    const Expr l1 = l1_penalty(weights, config.l1, location);
    total = total ? add(total, l1, location) : l1;
  }
  return total;
}

}  // namespace

namespace {

Classifier judged(Expr image, const DeclaredLayers& declared, const LossConfig& loss,
                  SourceLocation location) {
  const Shape& output = declared.output.shape();
  if (output.rank() != 2 || output[1].is_batch())
    throw ShapeError(fmt::format(
        "the network ends in {}, but (batch, classes) is needed: let it end with flatten and a dense layer",
        to_string(output)));
  Classifier model = classify(image, declared.output, declared.weights, loss, location);
  model.layers = declared.rows;
  if (!model.layers.empty()) model.layers.back().kind += ", softmax";
  return model;
}

Expr images_of(Expr image, const ImageSize& size, SourceLocation location) {
  return reshape(image, {batch, 1, size.rows, size.columns}, location);
}

}  // namespace

Classifier classifier(Graph& graph, const Layers& layers, const ImageSize& size, const LossConfig& loss,
                      const Initialiser& weights, SourceLocation location) {
  const auto whole = graph.declaration();
  const Expr image = graph.input("image", {batch, size.rows * size.columns}, location);
  const Expr x = layers.take_images() ? images_of(image, size, location) : image;
  return judged(image, declare(layers, x, weights, location), loss, location);
}

Classifier classifier(Graph& graph, const std::function<Expr(Expr images)>& logits, const ImageSize& size,
                      const LossConfig& loss, SourceLocation location) {
  const auto whole = graph.declaration();
  const Expr image = graph.input("image", {batch, size.rows * size.columns}, location);
  const Expr images = images_of(image, size, location);
  return judged(image, told_by_scope(logits(images), images), loss, location);
}

Classifier classify(Expr image, Expr logits, const Exprs& weights, const LossConfig& config,
                    SourceLocation location) {
  Graph& graph = logits.graph();
  const auto whole = graph.declaration();
  Classifier model;
  model.image = image;
  model.label = graph.input("label", {batch}, location);
  model.probabilities = softmax(logits, location).named("probabilities");
  model.predicted = argmax(model.probabilities, -1, KeepAxes::no, location).named("predicted");
  const Expr target = one_hot(model.label, logits.shape().back().at(1), location).named("target");
  model.losses = config.parts->losses.parse(config.loss)(model.probabilities, target, location);
  model.loss = reduce(model.losses, config.reduction, location).named("loss");
  model.penalty = penalty(weights, config, location);
  return model;
}

}  // namespace gradus
