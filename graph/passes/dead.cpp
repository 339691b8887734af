#include <gradus/graph/passes/passes.hpp>

namespace gradus {

Lowering remove_dead_nodes(const Lowering& from) {
  return rewrite(from,
                 [](Rewriter& to, const Node& old, const Exprs& inputs) { return to.copy(old, inputs); });
}

}  // namespace gradus
