#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/compile/passes/local.hpp>
#include <gradus/graph/compile/passes/passes.hpp>

#include <algorithm>

namespace gradus {
namespace {

/// An elementwise op computes wherever its inputs are: in the blocked layout as soon as one of them is.
Expr blocked_elementwise(const Expr& y) {
  const Exprs inputs = y.inputs();
  if (std::ranges::none_of(inputs, [](const Expr& x) { return as<Unpack>(x) != nullptr; })) return {};
  Exprs kept;
  for (const Expr& x : inputs) kept.push_back(pack(x));
  return unpack(y.graph().make(y.node().shared_op(), kept, y.node().location()));
}

}  // namespace

LoweredGraph assign_layout(const LoweredGraph& from) {
  return apply_everywhere(
      from,
      [](Rewriter&, const Expr& y, const Uses&) {
        switch (y.op().kind()) {
          case Kind::elementwise:
            return blocked_elementwise(y);
          // A gather op costs little, so it follows whoever reads it: see pack().
          case Kind::gather:
            return Expr();
          default:
            return y.op().blocked(y);
        }
      },
      "layout");
}

}  // namespace gradus
