#pragma once

#include <gradus/graph/run/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>

#include <sstream>
#include <string>

namespace gradus::test {

/// A neuron and its squared error.
struct Neuron {
  Graph graph;
  Expr x = graph.input("x", {batch, 3});
  Expr y = graph.input("y", {batch, 1});
  Expr w = graph.parameter("w", {3, 1});
  Expr b = graph.parameter("b", {1});
  Expr loss = mean(square(sigmoid(matmul(x, w) + b) - y)).named("loss");
};

/// 4-3-2 with a penalty.
inline Classifier small_mlp(Graph& graph) {
  return classifier(graph, "dense 3, relu, dense 2", {1, 4}, {.l2 = 0.01});
}

/// What a writer writes of something.
template <class Writer, class Dumped, class... Options>
std::string written(const Writer& writer, const Dumped& dumped, const Options&... options) {
  std::ostringstream out;
  writer(out, dumped, options...);
  return out.str();
}

}  // namespace gradus::test
