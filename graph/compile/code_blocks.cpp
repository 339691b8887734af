#include <gradus/graph/compile/code_blocks.hpp>

#include <algorithm>

namespace gradus {
namespace {

/// Beyond this a function outgrows the caches for instructions.
constexpr std::size_t most_steps = 64;

Instruction instruction_of(const TileStep& step) {
  const Op& op = step.node->op();
  return op.kind() == Kind::effect ? Instruction::copy : op.instruction();
}

void note(std::vector<CodeLocation>& list, CodeLocation location) {
  if (std::ranges::find(list, location) == list.end()) list.push_back(location);
}

/// Finds the blocks of one stage.
class Finder {
 public:
  Finder(const PlannedStage& stage, const MemoryPlan& memory)
      : stage_(stage), memory_(memory), constant_(static_cast<std::size_t>(stage.registers)) {
    for (const TileStep& step : stage.steps)
      if (step.loop_invariant && step.out.node == nullptr)
        constant_[static_cast<std::size_t>(step.out.reg)] = 1;
    for (std::size_t s = 0; s < stage.steps.size(); ++s) {
      // What is the same on every tile is there before the first.
      if (stage.steps[s].loop_invariant) continue;
      if (!fits(stage.steps[s])) end();
      if (instruction_of(stage.steps[s]) != Instruction::none) add(stage.steps[s], s);
    }
    end();
    find_live();
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
      block_.memory.push_back(operand.node);
    }
    return in_memory(number);
  }

  /// Whether a step may stand in the block under way.
  bool fits(const TileStep& step) const {
    if (instruction_of(step) == Instruction::none || block_.block.steps.size() == most_steps) return false;
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
    if (block_.block.steps.empty()) block_.first = s;
    CodeStep made{instruction_of(step), 0, {}};
    for (const TileOperand& operand : step.in) {
      made.in.push_back(location(operand));
      if (operand.node == nullptr && constant_[static_cast<std::size_t>(operand.reg)] != 0)
        note(block_.block.constant, made.in.back());
    }
    made.out = location(step.out);
    if (step.out.node != nullptr) written_.push_back(memory_.places[step.out.node->id()]);
    block_.block.steps.push_back(std::move(made));
    block_.steps = s + 1 - block_.first;
  }

  void end() {
    block_.block.memories = places_.size();
    if (block_.block.steps.size() > 1) found.push_back(std::move(block_));
    block_ = {};
    places_.clear();
    written_.clear();
  }

  /// Which registers are read behind each block, in one walk from the end.
  void find_live() {
    std::vector<char> live(constant_.size());
    std::size_t s = stage_.steps.size();
    for (auto block = found.rbegin(); block != found.rend(); ++block) {
      for (; s > block->first + block->steps; --s) {
        const TileStep& step = stage_.steps[s - 1];
        if (step.out.node == nullptr) live[static_cast<std::size_t>(step.out.reg)] = 0;
        for (const TileOperand& operand : step.in)
          if (operand.node == nullptr) live[static_cast<std::size_t>(operand.reg)] = 1;
      }
      for (const CodeStep& step : block->block.steps)
        if (!is_memory(step.out) && live[static_cast<std::size_t>(step.out)] != 0)
          note(block->block.live_out, step.out);
    }
  }

  const PlannedStage& stage_;
  const MemoryPlan& memory_;
  std::vector<char> constant_;  ///< by register of the tile: the same on every tile
  FoundBlock block_{};
  std::vector<Place> places_;
  std::vector<Place> written_;
};

}  // namespace

std::vector<FoundBlock> code_blocks(const PlannedStage& stage, const MemoryPlan& memory) {
  return Finder(stage, memory).found;
}

}  // namespace gradus
