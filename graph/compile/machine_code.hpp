#pragma once

#include <gradus/graph/compile/plan.hpp>

#include <vector>

namespace gradus {

/// Which steps of a plan's tiled stages the processor can be given as one function, in registers from the
/// first load to the last store, instead of op by op from tile to tile: runs of two or more steps of which
/// every one is an Instruction. The bits are those of the ops one by one, since each number is computed by
/// the same instructions of IEEE 754.
///
/// Written with Xbyak, for x86-64 with AVX-512, or AVX2; empty lists where the processor has neither, or the
/// library was built without.
///
/// Registers: each step's operands are loaded when they are first read and stay in a vector register until
/// nothing reads them. Where there are too few, the one that is read again last gives way (Belady 1966), to
/// its place in the tile. Values that are the same on every tile are loaded once a tile.
template <class Scalar>
std::vector<std::vector<TileCode<Scalar>>> machine_code(const std::vector<PlannedStage>& stages,
                                                        const MemoryPlan& memory);

/// What machine_code() makes code for here: "AVX-512", "AVX2", or nothing.
std::string_view machine_code_for();

extern template std::vector<std::vector<TileCode<float>>> machine_code(const std::vector<PlannedStage>&,
                                                                       const MemoryPlan&);
extern template std::vector<std::vector<TileCode<double>>> machine_code(const std::vector<PlannedStage>&,
                                                                        const MemoryPlan&);

}  // namespace gradus
