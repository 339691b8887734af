#pragma once

#include <gradus/graph/compile/schedule.hpp>

namespace gradus {

/// What the entries of a stage's first axis are. Threads share a stage out by them.
struct Rows {
  enum class Of {
    nothing,   ///< a scalar, or one row: computed by one thread
    examples,  ///< the batch, or its blocks
    number     ///< `count` rows, whatever the batch is
  };
  Of of = Of::nothing;
  Index count = 1;
  friend bool operator==(const Rows&, const Rows&) = default;
};

Rows rows_of(const Shape& shape);

/// Whether a node of a stage, to compute some rows, needs the same rows of this input alone.
bool reads_own_rows(const Node& node, std::size_t input);

/// Puts the stages into regions, through which every thread walks alone with a share of the rows, the same in
/// all stages that have as many. For stages a before b of one region
///
///     b reads what a computes, or writes what a reads  ⇒  a and b share rows out alike, and each row of b
///                                                         depends on that row of a alone
///
/// so threads meet only where examples do, or rows of a parameter. Stages change places where that makes
/// regions longer: those of one thread come as early as they can, then all that can be walked through
/// together.
void form_regions(const Graph& graph, ExecutionSchedule& schedule);

}  // namespace gradus
