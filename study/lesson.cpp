#include <gradus/models/layer_list.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules.hpp>
#include <gradus/study/lesson.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

void set(State<double>& state, const std::string& name, const std::vector<double>& values) {
  std::ranges::copy(values, state[name].data);
}

Lesson neuron(double learning_rate) {
  auto graph = std::make_unique<Graph>();
  Graph& g = *graph;
  const Expr x = g.input("x", {});
  const Expr t = g.input("t", {});
  const Expr w = g.parameter("w", {});
  const Expr b = g.parameter("b", {});
  const Expr product = (w * x).named("wx");
  const Expr z = (product + b).named("z");
  const Expr a = sigmoid(z).named("a");
  const Expr error = (a - t).named("e");
  const Expr loss = square(error).named("L");
  const Expr step = minimize(loss, Sgd{.learning_rate = learning_rate});
  State<double> state = initialise<double>(g, 1);
  set(state, "w", {0.8});
  set(state, "b", {-0.2});
  return {"One neuron",
          "One neuron computes a = σ(w x + b). It is shown x = 1.5 and should answer t = 0; its loss is L = "
          "(a − t)². "
          "How must w and b change so that L gets smaller? The chain rule says it, link by link.",
          std::move(graph),
          loss,
          step,
          std::move(state),
          {x, t},
          {{1.5}, {0}}};
}

Lesson two_three_two(double learning_rate) {
  auto graph = std::make_unique<Graph>();
  Graph& g = *graph;
  const Expr x = g.input("x", {batch, 2});
  const Expr label = g.input("label", {batch});
  const Expr t = one_hot(label, 2).named("t");
  const Expr h = sigmoid(dense(x, 3, "hidden")).named("h");
  const Expr p = softmax(dense(h, 2, "output")).named("p");
  const Expr loss = mean(cross_entropy(p, t)).named("L");
  const Expr step = minimize(loss, Sgd{.learning_rate = learning_rate});
  State<double> state = initialise<double>(g, 1);
  set(state, "hidden/weight", {0.5, -0.5, 1, 1, 0.5, -1});
  set(state, "hidden/bias", {0, 0.5, -0.5});
  set(state, "output/weight", {1, -1, 0.5, -0.5, -0.5, 1});
  set(state, "output/bias", {0, 0});
  return {"A 2-3-2 network",
          "Two numbers come in, three hidden neurons look at them, and two outputs say how probable each "
          "class is. One "
          "example, x = (1, 2) of class 0, goes through; every number is there, and can be checked by hand.",
          std::move(graph),
          loss,
          step,
          std::move(state),
          {x, label},
          {{1, 2}, {0}}};
}

}  // namespace

std::vector<Feed<double>> Lesson::feeds() const {
  std::vector<Feed<double>> result;
  for (std::size_t i = 0; i < inputs.size(); ++i) result.emplace_back(inputs[i], values[i]);
  return result;
}

Lesson points_lesson(const PointsLessonOptions& options) {
  const data::Points points = data::points(options.points);
  auto graph = std::make_unique<Graph>();
  Graph& g = *graph;
  const Expr x = g.input("x", {batch, 2});
  const Expr label = g.input("label", {batch});
  const Expr t = one_hot(label, 2).named("t");
  PresetSettings network;
  network.hidden = options.hidden;
  network.activation = options.activation;
  const Expr p = softmax(declare(mlp_layers(network, 2), x).output).named("p");
  const Expr loss = mean(cross_entropy(p, t)).named("L");
  const Expr step = minimize(loss, options.rule);
  State<double> state = initialise<double>(g, options.points.seed);
  std::vector<double> features;
  for (const auto& place : points.features) features.insert(features.end(), place.begin(), place.end());
  const std::size_t count = points.labels.size();
  return {
      fmt::format("A network that learns {}", options.points.shape),
      fmt::format("Two numbers come in, where a point lies in the plane, and two outputs say how probable "
                  "each class is. {} points of two classes ({}) go through at once. Press ▶: the tab "
                  "Training shows which class the network gives to every point of the plane.",
                  count, options.points.shape),
      std::move(graph),
      loss,
      step,
      std::move(state),
      {x, label},
      {std::move(features), points.labels},
      static_cast<Index>(count)};
}

const std::vector<KnownLesson>& lessons() {
  static const std::vector<KnownLesson> all{
      {"neuron", "The chain rule on one neuron, with all numbers visible", neuron},
      {"2-3-2", "A network small enough to check every number by hand", two_three_two}};
  return all;
}

}  // namespace gradus
