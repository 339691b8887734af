#pragma once

#include <gradus/graph/compile/schedule.hpp>

#include <cstdint>

namespace gradus {

/// Where the numbers of a node are.
struct Place {
  enum class In {
    nowhere,     ///< computed tile by tile and gone
    block,       ///< at `index`, in cache lines, of each thread's memory for the block that it computes
    arena,       ///< at `index`, in cache lines from the start
    state,       ///< variable number `index`
    fed,         ///< where whoever runs the program has it: input number `index` of MemoryPlan::fed
    constants,   ///< constant number `index` of the program
    step,        ///< the step counter
    random_key,  ///< seed and step
    batch_size   ///< the number of examples fed
  };
  In in = In::nowhere;
  Index index = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// One range of the arena and the stages from its first to its last use.
struct BufferRecord {
  const Node* node;
  Index line;
  Index lines;
  std::size_t first;
  std::size_t last;
};

/// Where each node's numbers are while a program runs. For any two buffers a and b
///
///     a and b share a line  ⇒  last(a) < first(b) or last(b) < first(a)
///
/// in stages: what is alive at once has memory of its own. A value written over an input that nobody reads
/// any more has one buffer with it.
struct MemoryPlan {
  std::vector<Place> places;            ///< by node
  std::vector<const Node*> fed;         ///< inputs that are read where they lie
  std::vector<const Node*> constants;   ///< by constant number
  std::vector<char> assigned_in_place;  ///< by node: an assignment whose value is computed where it belongs
  std::vector<BufferRecord> buffers;
  Index arena_lines = 0;
  std::vector<BufferRecord> block_buffers;  ///< of values that no stage outside of a segment reads
  Index block_lines = 0;
  Index unplanned_bytes = 0;  ///< if every computed node had memory of its own

  /// For so many threads.
  Index planned_bytes(int threads) const {
    return (arena_lines + threads * block_lines) * static_cast<Index>(alignment);
  }
};

/// Gives every node a place, for batches up to `capacity`. With `share`, buffers whose lifetimes do not
/// overlap take the same memory, and elementwise results are written over inputs that nobody reads any more.
/// Offsets are chosen largest buffer first, each at the lowest free place (first fit by size, Garey & Johnson
/// 1979). Throws ValueError when all values together take more bytes than an Index holds.
MemoryPlan plan_memory(const LoweredGraph& lowered, const ExecutionSchedule& schedule, Index capacity,
                       Index scalar_bytes, bool share, int threads);

}  // namespace gradus
