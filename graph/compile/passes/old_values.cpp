#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>

namespace gradus {
namespace {

/// The value of a node at this moment, for what the next assignment would change.
struct Copy {
  static constexpr Description description{"copy", "x", "x"};
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 1;
  Shape infer(std::span<const Shape> inputs) const { return inputs[0]; }
  Expr vjp(const Expr&, const Expr& ybar) const { return ybar; }
  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    y = x;
  }
};

}  // namespace

LoweredGraph copy_old_values(const LoweredGraph& from) {
  std::vector<char> assigned(from.graph->size(), 0);
  const std::vector<char> needed = needed_by(*from.graph, from.roots);
  for (std::size_t id = 0; id < from.graph->size(); ++id)
    if (const Node& node = from.graph->node(id); needed[id] != 0 && as<Assign>(node.op()) != nullptr)
      assigned[node.inputs()[0]->id()] = 1;
  const auto changes = [&](const Node& node) { return assigned[storage_of(node).id()] != 0; };
  LoweredGraph result = rewrite(from, [&](Rewriter& to, const Node& old, const Exprs& inputs) {
    if (as<Assign>(old.op()) == nullptr || !changes(*old.inputs()[1])) return to.copy(old, inputs);
    const auto guard = to.in_place_of(old);
    return to.copy(old, {inputs[0], apply(Copy{}, {inputs[1]}, old.location())});
  });
  for (std::size_t i = 0; i < from.roots.size(); ++i)
    if (const Node& root = from.roots[i].node(); changes(root))
      result.roots[i] = apply(Copy{}, {result.roots[i]}, root.location());
  return result;
}

}  // namespace gradus
