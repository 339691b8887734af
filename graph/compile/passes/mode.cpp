#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>

namespace gradus {

LoweredGraph choose_mode(const LoweredGraph& from) {
  const std::vector<char> needed = needed_by(*from.graph, from.roots);
  bool differs = false;
  for (std::size_t id = 0; id < needed.size(); ++id)
    if (needed[id] != 0 && as<WhenTraining>(from.graph->node(id).op()) != nullptr) differs = true;
  if (!differs) return from;
  return rewrite(from, [&](Rewriter& to, const Node& old, const Exprs& inputs) {
    if (as<WhenTraining>(old.op()) == nullptr) return to.copy(old, inputs);
    return from.mode == Mode::training ? inputs[0] : inputs[1];
  });
}

}  // namespace gradus
