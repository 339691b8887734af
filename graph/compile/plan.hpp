#pragma once

#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/options.hpp>
#include <gradus/graph/compile/schedule.hpp>

#include <vector>

namespace gradus {

// What compile() knows before the first run: order, places and registers, for any state and any batch up to
// the capacity. A Program shares it between the states it runs; a Workspace fills in addresses and the batch.

/// Where a tiled stage finds one of its numbers: in a register of one tile, or at a place in memory.
struct TileOperand {
  Index reg = -1;
  const Node* node = nullptr;
};

/// One op of a tiled stage.
struct TileStep {
  const Node* node;
  TileOperand out;
  std::vector<TileOperand> in;  ///< none for a gather op, which reads its inputs where they are
  bool loop_invariant = false;  ///< the same on every tile, computed for the first alone
};

/// A stage with everything about it that does not depend on the batch.
struct PlannedStage {
  const Node* node = nullptr;    ///< of a kernel stage
  std::vector<TileStep> steps;   ///< of a tiled stage
  const Node* copied = nullptr;  ///< of a kernel that overwrites: the input to be copied to the output first
  Shape shape;                   ///< of what the stage computes
  Index registers = 0;
};

/// Steps of a tiled stage that one function computes (compile/machine_code.hpp), from `first` on.
template <class Scalar>
struct TileCode {
  /// Computes `bytes` of a tile, a multiple of 64. `memory` are the addresses of the tile in each node's
  /// memory, `registers` the tile's own.
  using Function = void (*)(Scalar* const* memory, Scalar* registers, std::size_t bytes);
  std::size_t first;
  std::size_t steps;         ///< of the stage, those among them that are the same on every tile too
  std::size_t instructions;  ///< that it computes
  std::vector<const Node*> memory;
  Function function;
  std::shared_ptr<const void> owner;
};

/// What a Program shows.
template <class Scalar>
struct Plan {
  LoweredGraph lowered;
  ExecutionSchedule schedule;
  MemoryPlan memory;
  std::vector<PlannedStage> stages;
  std::vector<std::vector<TileCode<Scalar>>> code;  ///< by stage
  std::vector<Tensor<Scalar>> constants;
  std::vector<Expr> outputs;                 ///< in the user's graph
  std::vector<const Node*> lowered_outputs;  ///< the same in the lowered graph
  std::vector<const Node*> user_inputs;      ///< the user's input nodes that are fed
  std::vector<const Node*> inputs;  ///< the same in the lowered graph, null where no pass left a reader
  std::vector<Variable> variables;  ///< up to the last that is read or assigned
  std::shared_ptr<const char> identity;
  Index capacity = 0;
  int threads = 1;
  Index least_work = 0;  ///< see CompileOptions
};

/// Elements of one tile: small enough that all the registers of a stage stay in the first-level cache.
template <class Scalar>
inline constexpr Index tile_size = 2048 / static_cast<Index>(sizeof(Scalar));

/// From one register of a tile to the next. A power of two would put the same element of all of them into two
/// sets of the first-level cache.
template <class Scalar>
inline constexpr Index register_stride = tile_size<Scalar> + lanes<Scalar>;

/// The stages of a schedule, with registers given to what stays within a tile.
std::vector<PlannedStage> plan_stages(const ExecutionSchedule& schedule, const MemoryPlan& memory);

}  // namespace gradus
