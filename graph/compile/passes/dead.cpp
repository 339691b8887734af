#include <gradus/graph/compile/passes/passes.hpp>

namespace gradus {

LoweredGraph remove_dead_nodes(const LoweredGraph& from) {
  return rewrite(from,
                 [](Rewriter& to, const Node& old, const Exprs& inputs) { return to.copy(old, inputs); });
}

}  // namespace gradus
