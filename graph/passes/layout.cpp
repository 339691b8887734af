#include <gradus/graph/blocks.hpp>
#include <gradus/graph/passes/local.hpp>
#include <gradus/graph/passes/passes.hpp>

#include <algorithm>

namespace gradus {
namespace {

/// An elementwise op computes wherever its inputs are: in blocks as soon as one of them is.
Expr elementwise_in_blocks(const Expr& y) {
  const Exprs inputs = y.inputs();
  if (std::ranges::none_of(inputs, [](const Expr& x) { return as<FromBlocks>(x) != nullptr; })) return {};
  Exprs kept;
  for (const Expr& x : inputs) kept.push_back(to_blocks(x));
  return from_blocks(y.graph().make(y.node().shared_op(), kept, y.node().here()));
}

}  // namespace

Lowering assign_layout(const Lowering& from) {
  return apply_everywhere(
      from,
      [](Rewriter&, const Expr& y, const Uses&) {
        switch (y.op().kind()) {
          case Kind::elementwise:
            return elementwise_in_blocks(y);
          // A window op costs little, so it follows whoever reads it: see to_blocks().
          case Kind::window:
            return Expr();
          default:
            return y.op().in_blocks(y);
        }
      },
      "layout");
}

}  // namespace gradus
