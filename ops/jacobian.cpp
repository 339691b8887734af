#include <gradus/base/error.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/concatenate.hpp>
#include <gradus/ops/jacobian.hpp>
#include <gradus/ops/reshape.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

std::string describe(Expr e) { return fmt::format("'{}' {}", e.name(), to_string(e.shape())); }

/// Throws GraphError where an example's x reaches another example's y.
void require_apart(Expr y, Expr x, SourceLocation location) {
  const Graph& graph = y.graph();
  constexpr char none = 0;
  constexpr char alone = 1;
  constexpr char met = 2;
  std::vector<char> depends(y.node().id() + 1, none);
  if (x.node().id() < depends.size()) depends[x.node().id()] = alone;
  for (std::size_t id = x.node().id() + 1; id < depends.size(); ++id) {
    const Node& node = graph.node(id);
    std::vector<Shape> shapes;
    for (const Node* input : node.inputs()) shapes.push_back(input->shape());
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const char input = depends[node.inputs()[i]->id()];
      if (input == none) continue;
      const auto stays = shapes[i].has_batch() ? node.op().independent_axis(shapes, i, shapes[i].batch_axis())
                                               : std::nullopt;
      const bool stays_independent = stays && node.shape().has_batch() && *stays == node.shape().batch_axis();
      depends[id] = std::max(depends[id], stays_independent ? input : met);
    }
  }
  if (depends.back() == met)
    throw GraphError(fmt::format(
        "the Jacobian of {} with respect to {}{} has no block for each example, since examples meet between "
        "them: take it of a value before they meet, or feed one example declared as {{1, …}}",
        describe(y), describe(x), to_string(location)));
}

void require_batch_first(Expr e, SourceLocation location) {
  if (e.shape().has_batch() && e.shape().batch_axis() != 0)
    throw ShapeError(fmt::format("the batch axis of {}{} must be its first for a Jacobian", describe(e),
                                 to_string(location)));
}

/// The shape with other axes before and without its own first `dropped`.
Shape joined(std::vector<Dim> first, const Shape& rest, std::size_t dropped) {
  for (const Dim dim : rest.dims().subspan(dropped)) first.push_back(dim);
  return Shape(std::span<const Dim>(first));
}

}  // namespace

Expr jacobian(Expr y, Expr x, SourceLocation location) {
  Graph& graph = y.graph();
  require_batch_first(y, location);
  const bool blocks = y.shape().has_batch();
  if (blocks && !x.shape().has_batch())
    throw GraphError(
        fmt::format("{} has a batch axis and {}{} has none: a reverse pass would sum the Jacobians of all "
                    "examples. Declare the input with one example, as in {{1, 784}}",
                    describe(y), describe(x), to_string(location)));
  if (blocks) {
    require_batch_first(x, location);
    require_apart(y, x, location);
  }
  const Index rows = y.shape().count(1);
  if (rows > most_jacobian_rows)
    throw ShapeError(
        fmt::format("{}{} has {} elements, but a Jacobian takes a reverse pass for each, at most {}: "
                    "take vector_jacobian(), or fewer of them with slice()",
                    describe(y), to_string(location), rows, most_jacobian_rows));

  const std::size_t own = blocks ? 1 : 0;
  const std::vector<Dim> examples(own, batch);
  std::vector<Dim> whole(examples);
  for (const Dim dim : y.shape().dims().subspan(own)) whole.push_back(dim);
  const Shape result = joined(whole, x.shape(), own);

  const Shape seed_shape = blocks ? joined({Dim(1)}, y.shape(), 1) : y.shape();
  std::vector<Dim> row_axes(examples);
  row_axes.emplace_back(1);
  const Shape row_shape = joined(row_axes, x.shape(), own);
  const auto all_or_nothing = graph.declaration();
  const auto guard = graph.enter({graph.context().scope, {Section::backward, y.name()}, location});
  Exprs stacked;
  for (Index row = 0; row < rows; ++row) {
    std::vector<double> unit(static_cast<std::size_t>(rows), 0.0);
    unit[static_cast<std::size_t>(row)] = 1;
    const Expr seed =
        broadcast_to(graph.constant(std::move(unit), seed_shape, location), y.shape(), location);
    const Expr derived = vector_jacobian(y, seed, {x}, Unused::refuse, location).front();
    stacked.push_back(reshape(derived, row_shape, location));
  }
  const Expr all = rows == 1 ? stacked.front() : concatenate(stacked, static_cast<Index>(own), location);
  return reshape(all, result, location);
}

}  // namespace gradus
