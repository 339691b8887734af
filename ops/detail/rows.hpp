#pragma once

#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/declare/op.hpp>

#include <Eigen/Core>

#include <algorithm>

namespace gradus {

/// Some rows side by side: entry (r, j) is number j of row r.
template <class Scalar>
using RowBlock = Eigen::Map<Eigen::Array<Scalar, block_size, Eigen::Dynamic>, Eigen::Aligned64>;

/// Numbers of scratch memory that for_each_rows() needs.
inline Index rows_scratch(const Extents& x) { return x[x.rank - 1] * block_size; }

/// Calls f(y) for block_size rows of x along the last axis at once, and makes what it leaves there rows of
/// the output. One vector instruction then does the same for all of them, however short they are, and every
/// row by itself: its bits do not depend on its neighbours. Where there are fewer rows, the rest are zeros.
template <class Scalar, class F>
void for_each_rows(const Call<Scalar>& call, const F& f) {
  const Extents& x = call.in[0].extents;
  const Index length = x[x.rank - 1];
  RowBlock<Scalar> y(call.scratch, block_size, length);
  if (x.rank == 1) {
    // A part of the one row there is: all of it is needed, and only the part may be written.
    interleave(call.in[0].data, 1, length, call.scratch);
    f(y);
    for (Index j = call.part.begin; j < call.part.end; ++j) call.output[j] = y(0, j);
    return;
  }
  const Index rows = x.count(1, x.rank - 1);
  for (Index row = call.part.begin * rows; row < call.part.end * rows; row += block_size) {
    const Index count = std::min(block_size, call.part.end * rows - row);
    interleave(call.in[0].data + row * length, count, length, call.scratch);
    f(y);
    deinterleave(call.scratch, count, length, call.output.data + row * length);
  }
}

/// Of an op that works on whole rows along the last axis: all other axes stay apart.
inline std::optional<std::size_t> apart_but_last(std::span<const Shape> inputs, std::size_t axis) {
  if (axis + 1 == inputs[0].rank()) return std::nullopt;
  return axis;
}

/// Shape rule of such an op.
inline Shape infer_rows(std::span<const Shape> inputs) {
  if (inputs[0].rank() == 0) throw Mismatch{"it must have at least one axis"};
  if (inputs[0].back().is_batch())
    throw Mismatch{"it works along the last axis, which must not be the batch"};
  return inputs[0];
}

}  // namespace gradus
