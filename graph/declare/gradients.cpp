#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// For every node up to y: does its value depend on one of `wrt`, as far as derivatives go?
std::vector<char> depends_on(const Graph& graph, const Node& y, const Exprs& wrt) {
  std::vector<char> depends(y.id() + 1, 0);
  for (const Expr& w : wrt)
    if (w.node().id() <= y.id()) depends[w.node().id()] = 1;
  for (std::size_t id = 0; id <= y.id(); ++id)
    for (const Node* input : graph.node(id).inputs())
      if (depends[input->id()] != 0) depends[id] = 1;
  return depends;
}

class ReverseMode {
 public:
  ReverseMode(Expr y, Expr ybar, const Exprs& wrt, SourceLocation location)
      : graph_(y.graph()),
        y_(y),
        location_(location),
        depends_(depends_on(graph_, y.node(), wrt)),
        uses_(depends_.size()) {
    uses_[y.node().id()].push_back({nullptr, 0, ybar});
  }

  void run() {
    for (std::size_t id = depends_.size(); id-- > 0;)
      if (depends_[id] != 0 && !uses_[id].empty()) visit(graph_.node(id));
  }

  /// Empty when nothing flowed back to w.
  Expr derivative(const Node& w) const {
    const auto found = totals_.find(&w);
    return found == totals_.end() ? Expr() : found->second;
  }

 private:
  void visit(const Node& node) {
    const Expr total = sum(node);
    totals_[&node] = total;
    graph_.record({&y_.node(), &node, uses_[node.id()], total});
    for (std::size_t i = 0; i < node.inputs().size(); ++i)
      if (depends_[node.inputs()[i]->id()] != 0) flow_back(node, total, i);
  }

  Expr sum(const Node& node) {
    std::vector<Contribution>& uses = uses_[node.id()];
    std::erase_if(uses, [](const Contribution& use) { return use.use == nullptr && !use.value; });
    Exprs terms;
    for (const Contribution& use : uses) terms.push_back(use.value);
    const auto guard = graph_.enter(context(node, std::nullopt));
    return accumulate(terms, location_);
  }

  void flow_back(const Node& node, Expr ybar, std::size_t input) {
    const Node& x = *node.inputs()[input];
    const auto guard = graph_.enter(context(node, input));
    const Expr xbar = node.op().vjp(Expr(node), ybar, input);
    if (!xbar) return;
    if (xbar.shape() != x.shape())
      throw GraphError(fmt::format(
          "the VJP of {} ('{}') for its input {} gave the shape {}, but the input '{}' has the shape {}",
          node.op().name(), node.name(), input, to_string(xbar.shape()), x.name(), to_string(x.shape())));
    uses_[x.id()].push_back({&node, input, xbar});
  }

  Graph::Context context(const Node& node, std::optional<std::size_t> vjp_input) const {
    return {"backward/" + node.name(),
            {Section::backward, node.name(), vjp_input},
            node.location().line != 0 ? node.location() : location_};
  }

  Graph& graph_;
  Expr y_;
  SourceLocation location_;
  std::vector<char> depends_;
  std::vector<std::vector<Contribution>> uses_;
  std::unordered_map<const Node*, Expr> totals_;
};

}  // namespace

void refuse_to_differentiate(const Expr& y, std::size_t input) {
  const std::string_view op = y.op().name();
  throw GraphError(fmt::format(
      "the op '{0}' of '{1}'{2} has no derivative, but one is to flow back through it to '{3}': give "
      "'{0}' a vjp, or say `static constexpr bool flat = true` where its derivative is zero",
      op, y.name(), to_string(y.node().location()), y.input(input).name()));
}

Exprs vector_jacobian(Expr y, Expr ybar, const Exprs& wrt, Unused unused, SourceLocation location) {
  if (ybar.shape() != y.shape())
    throw ShapeError(fmt::format("what flows back to '{}' {} must have its shape, but '{}' is {}", y.name(),
                                 to_string(y.shape()), ybar.name(), to_string(ybar.shape())));
  Graph& graph = y.graph();
  for (const Expr& w : wrt)
    if (&w.graph() != &graph)
      throw GraphError(
          fmt::format("'{}'{} belongs to another graph than '{}'", w.name(), to_string(location), y.name()));
  const auto whole = graph.declaration();
  ReverseMode reverse(y, ybar, wrt, location);
  reverse.run();

  Exprs result;
  for (const Expr& w : wrt) {
    Expr derivative = reverse.derivative(w.node());
    if (!derivative && unused == Unused::refuse)
      throw GraphError(
          fmt::format("'{}' does not depend on '{}'{}: no gradient flows back to it. Leave it out, or "
                      "ask for Unused::zeros",
                      y.name(), w.name(), to_string(location)));
    if (!derivative) {
      const auto guard = graph.enter({"backward", {Section::backward, w.name()}, location});
      derivative = graph.constant(0.0, w.shape(), location);
    }
    result.push_back(derivative);
  }
  return result;
}

Exprs gradients(Expr loss, const Exprs& wrt, Unused unused, SourceLocation location) {
  if (!loss.shape().is_scalar())
    throw GraphError(
        fmt::format("the loss '{}'{} has the shape {}, but only a scalar has gradients: reduce it with "
                    "mean or sum",
                    loss.name(), to_string(location), to_string(loss.shape())));
  Graph& graph = loss.graph();
  const auto whole = graph.declaration();
  const auto seed = [&] {
    const auto guard = graph.enter({"backward/" + loss.name(), {Section::backward, loss.name()}, location});
    return graph.constant(1.0, {}, location);
  }();
  return vector_jacobian(loss, seed, wrt, unused, location);
}

}  // namespace gradus
