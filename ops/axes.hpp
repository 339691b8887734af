#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <bitset>
#include <vector>

namespace gradus {

/// Whether a reduction leaves the reduced axes in place, with size 1.
enum class KeepAxes { no, yes };

/// Every axis of x.
std::vector<Index> all_axes(const Expr& x);

/// Some of the axes of a shape; in place, since kernels ask for it at each run.
using AxisSet = std::bitset<max_rank>;

/// The axes named, counted from the front or the back. Throws Mismatch for one that is outside or named
/// twice.
AxisSet axis_set(const std::vector<Index>& axes, std::size_t rank);

/// The axes of a reduction: its shape rule, and how output and input axes belong together.
struct ReducedAxes {
  std::vector<Index> axes;
  bool keep = false;

  Attributes attributes() const { return {{"axes", axes}, {"keepdims", keep}}; }
  AxisSet reduced(std::size_t rank) const { return axis_set(axes, rank); }
  Shape infer(std::span<const Shape> inputs) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                              std::size_t axis) const;

  /// The reduced value under the input's rank, ready to broadcast against the input.
  Expr aligned(Expr value, const Expr& x) const;
};

/// A walk over an input being reduced: axes merged into alternating kept and reduced runs.
struct ReductionLoops {
  struct Axis {
    Index size;
    Index stride;
  };
  std::array<Axis, max_rank> kept{};
  std::array<Axis, max_rank> reduced{};
  std::size_t kept_count = 0;
  std::size_t reduced_count = 0;

  ReductionLoops(const Extents& x, const AxisSet& is_reduced);

  Index offset(const std::array<Axis, max_rank>& axes, std::size_t count, Index position) const;
};

}  // namespace gradus
