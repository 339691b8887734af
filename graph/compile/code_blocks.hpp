#pragma once

#include <gradus/graph/compile/plan.hpp>

#include <compare>
#include <vector>

namespace gradus {

// Which steps of a tiled stage become one function in machine code.

/// Places in memory that a function can have the addresses of in registers.
inline constexpr std::size_t most_memories = 11;

/// A register of the tile (0, 1, …) or the place in memory number m (−1 − m).
using CodeLocation = int;
inline CodeLocation in_memory(std::size_t m) { return -1 - static_cast<CodeLocation>(m); }
inline bool is_memory(CodeLocation location) { return location < 0; }
inline std::size_t memory_number(CodeLocation location) { return static_cast<std::size_t>(-1 - location); }

/// One instruction on a vector.
struct CodeStep {
  Instruction instruction;
  CodeLocation out;
  std::vector<CodeLocation> in;
  friend auto operator<=>(const CodeStep&, const CodeStep&) = default;
};

/// Steps that become one function. Two that are equal have the same code.
struct CodeBlock {
  std::vector<CodeStep> steps;
  std::vector<CodeLocation> constant;  ///< registers of the tile that are the same on every tile
  std::vector<CodeLocation> live_out;  ///< registers of the tile that are read behind the block
  std::size_t memories = 0;
  friend auto operator<=>(const CodeBlock&, const CodeBlock&) = default;
};

/// A block, and where it stands in its stage.
struct FoundBlock {
  CodeBlock block;
  std::size_t first;                ///< step of the stage
  std::size_t steps;                ///< of the stage, those among them that are the same on every tile too
  std::vector<const Node*> memory;  ///< a node at each place in memory
};

/// The longest runs of two or more steps that are Instructions, read and write at most so many places, and
/// write none of them twice: what a step has written is looked at behind the block. Values that are the same
/// on every tile may come into being among them, as they are there before the first tile.
std::vector<FoundBlock> code_blocks(const PlannedStage& stage, const MemoryPlan& memory);

}  // namespace gradus
