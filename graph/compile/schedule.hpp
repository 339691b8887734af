#pragma once

#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/compile/witnesses.hpp>

#include <vector>

namespace gradus {

/// What the program does at once: one kernel, or several elementwise ops tile by tile.
struct Stage {
  std::vector<const Node*> nodes;  ///< in order; gather ops may stand in several stages
  bool tiled = false;
  /// Stages in a row of one region that compute images in the blocked layout form a segment, with a number
  /// other than 0: a thread walks through all of them for block_size examples, then for the next, so that
  /// what lies between stays in the cache and needs memory for one block only.
  std::size_t segment = 0;

  /// Of what the stage computes.
  const Shape& shape() const { return nodes.back()->shape(); }

  /// Whether a node of this stage is computed anew, tile by tile, wherever else its value may be kept: a
  /// gather op that others of the stage read.
  bool inlines(const Node& node) const { return node.op().kind() == Kind::gather && nodes.size() > 1; }
};

/// Stages from `first` on that a thread may walk through without the others (compile/regions.hpp).
struct Region {
  std::size_t first;
  std::size_t end;  ///< behind the last
  bool alone;       ///< for one thread
};

/// The order in which a graph is computed. For nodes a and b in the stages s(a) and s(b)
///
///     b reads a                                            ⇒  s(a) ≤ s(b)
///     b assigns a variable that a reads                    ⇒  s(a) ≤ s(b)
///     b assigns, a is the loss to be checked or a witness  ⇒  s(a) < s(b)
///
/// so every node of a step sees the old values, and a step whose loss or witness is not finite changes
/// nothing.
struct ExecutionSchedule {
  std::vector<Stage> stages;
  std::vector<Region> regions;         ///< all stages, in order
  const Node* finite_check = nullptr;  ///< must be finite before anything is assigned
  Witnesses witnesses;                 ///< and so must these; none without a finite check
  std::size_t finite_check_stage =
      0;                     ///< the stage after which all are known; stages.size() when all are sources
  bool counts = false;       ///< takes a training step
  std::size_t searched = 0;  ///< edges followed to learn what may be fused, in proportion to the graph
};

/// Orders the nodes the roots need: inputs first, every reader of a variable before its assignment, the loss
/// that is checked to be finite and all witnesses before all assignments, and otherwise assignments as early
/// as they can be, while what they read is in the cache. With `fuse`, elementwise ops of one size join into
/// tiled stages where that makes no cycle. With
/// `regions`, stages are ordered and grouped for several threads and for images; otherwise each is a region
/// of its own.
ExecutionSchedule schedule(const LoweredGraph& lowered, bool fuse, bool regions);

/// The node whose memory a view shows; the node itself when it is none.
const Node& storage_of(const Node& node);

}  // namespace gradus
