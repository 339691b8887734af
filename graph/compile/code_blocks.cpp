#include <gradus/graph/compile/code_blocks.hpp>

#include <algorithm>

namespace gradus {
namespace {

Instruction instruction_of(const TileStep& step) {
  const Op& op = step.node->op();
  return op.kind() == Kind::effect ? Instruction::copy : op.instruction();
}

class Blocks {
 public:
  Blocks(const PlannedStage& stage, const MemoryPlan& memory) : stage_(stage), memory_(memory) {
    for (std::size_t s = 0; s < stage.steps.size(); ++s) {
      if (!fits(stage.steps[s])) end(s);
      if (instruction_of(stage.steps[s]) != Instruction::none) add(stage.steps[s], s);
    }
    end(stage.steps.size());
  }

  std::vector<FoundBlock> found;

 private:
  CodeLocation location(const TileOperand& operand) {
    if (operand.node == nullptr) return static_cast<CodeLocation>(operand.reg);
    const Place place = memory_.places[operand.node->id()];
    const auto known = std::ranges::find(places_, place);
    const auto number = static_cast<std::size_t>(known - places_.begin());
    if (known == places_.end()) {
      places_.push_back(place);
      nodes_.push_back(operand.node);
    }
    return in_memory(number);
  }

  /// Whether a step may stand in the block under way. What a step has written is looked at behind the block,
  /// so nobody may write there again.
  bool fits(const TileStep& step) const {
    if (instruction_of(step) == Instruction::none) return false;
    std::vector<Place> all = places_;
    const auto count = [&](const TileOperand& operand) {
      if (operand.node == nullptr) return;
      const Place place = memory_.places[operand.node->id()];
      if (std::ranges::find(all, place) == all.end()) all.push_back(place);
    };
    for (const TileOperand& operand : step.in) count(operand);
    count(step.out);
    if (all.size() > most_memories) return false;
    return step.out.node == nullptr ||
           std::ranges::find(written_, memory_.places[step.out.node->id()]) == written_.end();
  }

  void add(const TileStep& step, std::size_t s) {
    if (block_.steps.empty()) first_ = s;
    CodeStep made{instruction_of(step), 0, {}};
    for (const TileOperand& operand : step.in) made.in.push_back(location(operand));
    made.out = location(step.out);
    if (step.out.node != nullptr) written_.push_back(memory_.places[step.out.node->id()]);
    block_.steps.push_back(std::move(made));
  }

  bool is_constant(CodeLocation reg) const {
    return std::ranges::any_of(stage_.steps, [&](const TileStep& step) {
      return step.loop_invariant && step.out.node == nullptr && step.out.reg == reg;
    });
  }

  bool is_read_behind(CodeLocation reg, std::size_t end) const {
    for (std::size_t s = end; s < stage_.steps.size(); ++s) {
      for (const TileOperand& operand : stage_.steps[s].in)
        if (operand.node == nullptr && operand.reg == reg) return true;
      if (stage_.steps[s].out.node == nullptr && stage_.steps[s].out.reg == reg) return false;
    }
    return false;
  }

  /// The block ends before the step `end`.
  void end(std::size_t end) {
    if (block_.steps.size() > 1) {
      for (const CodeStep& step : block_.steps) {
        for (const CodeLocation in : step.in)
          if (!is_memory(in) && is_constant(in)) note(block_.constant, in);
        if (!is_memory(step.out) && is_read_behind(step.out, end)) note(block_.live_out, step.out);
      }
      block_.memories = places_.size();
      found.push_back({std::move(block_), first_, nodes_});
    }
    block_ = {};
    places_.clear();
    nodes_.clear();
    written_.clear();
  }

  static void note(std::vector<CodeLocation>& list, CodeLocation location) {
    if (std::ranges::find(list, location) == list.end()) list.push_back(location);
  }

  const PlannedStage& stage_;
  const MemoryPlan& memory_;
  std::size_t first_ = 0;
  CodeBlock block_;
  std::vector<Place> places_;
  std::vector<const Node*> nodes_;
  std::vector<Place> written_;
};

}  // namespace

std::vector<FoundBlock> code_blocks(const PlannedStage& stage, const MemoryPlan& memory) {
  return Blocks(stage, memory).found;
}

}  // namespace gradus
