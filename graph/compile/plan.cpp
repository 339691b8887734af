#include <gradus/graph/compile/plan.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>
#include <unordered_map>

namespace gradus {
namespace {

/// True for a gather op whose value is one number: it fills every tile alike.
bool same_everywhere(const Node& node) {
  return node.op().kind() == Kind::gather &&
         std::ranges::all_of(node.inputs(), [](const Node* input) { return input->shape().is_scalar(); });
}

class TileBuilder {
 public:
  TileBuilder(const Stage& stage, const MemoryPlan& memory) : stage_(stage), memory_(memory) {}

  PlannedStage run() {
    PlannedStage result;
    result.shape = stage_.shape();
    find_last_uses();
    for (std::size_t i = 0; i < stage_.nodes.size(); ++i) {
      const Node& node = *stage_.nodes[i];
      if (memory_.assigned_in_place[node.id()] != 0) continue;
      result.steps.push_back(step(node, i));
    }
    result.registers = registers_;
    return result;
  }

 private:
  void find_last_uses() {
    for (std::size_t i = 0; i < stage_.nodes.size(); ++i)
      for (const Node* input : stage_.nodes[i]->inputs()) last_use_[input] = i;
  }

  bool in_register(const Node& node) const {
    return stage_.inlines(node) || memory_.places[node.id()].in == Place::In::nowhere;
  }

  TileStep step(const Node& node, std::size_t position) {
    TileStep result{&node, {}, {}, same_everywhere(node) && in_register(node)};
    const bool assigns = node.op().kind() == Kind::effect;
    if (node.op().kind() != Kind::gather)
      for (std::size_t i = assigns ? 1 : 0; i < node.inputs().size(); ++i)
        result.in.push_back(where(*node.inputs()[i]));
    if (!assigns && in_register(node)) {
      // What is computed once lasts through all tiles, so it needs a register that nothing else ever writes
      // to.
      result.out.reg = result.loop_invariant ? registers_++ : take();
      of_[&node] = {result.out.reg, result.loop_invariant};
    } else {
      result.out.node = assigns ? node.inputs()[0] : &node;
    }
    release(node, position);
    return result;
  }

  TileOperand where(const Node& input) const {
    const auto found = of_.find(&input);
    if (found != of_.end()) return {found->second.reg, nullptr};
    return {-1, &input};
  }

  Index take() {
    if (free_.empty()) return registers_++;
    const Index reg = free_.back();
    free_.pop_back();
    return reg;
  }

  void release(const Node& reader, std::size_t position) {
    for (const Node* input : reader.inputs()) {
      const auto found = of_.find(input);
      if (found == of_.end() || found->second.kept || last_use_.at(input) != position) continue;
      free_.push_back(found->second.reg);
      found->second.kept = true;
    }
  }

  struct Register {
    Index reg;
    bool kept;  ///< not to be given back: lasts through all tiles, or has been
  };

  const Stage& stage_;
  const MemoryPlan& memory_;
  std::unordered_map<const Node*, std::size_t> last_use_;
  std::unordered_map<const Node*, Register> of_;
  std::vector<Index> free_;
  Index registers_ = 0;
};

PlannedStage kernel_stage(const Node& node, const MemoryPlan& memory) {
  PlannedStage result;
  result.node = &node;
  result.shape = node.shape();
  if (const auto over = node.op().overwrites()) {
    const Node& target = *node.inputs()[*over];
    if (memory.places[target.id()] != memory.places[node.id()]) result.copied = &target;
  }
  return result;
}

}  // namespace

std::vector<PlannedStage> plan_stages(const ExecutionSchedule& schedule, const MemoryPlan& memory) {
  std::vector<PlannedStage> result;
  for (const Stage& stage : schedule.stages)
    result.push_back(stage.tiled ? TileBuilder(stage, memory).run()
                                 : kernel_stage(*stage.nodes.front(), memory));
  return result;
}

}  // namespace gradus
