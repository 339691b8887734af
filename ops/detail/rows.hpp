#pragma once

#include <gradus/graph/declare/op.hpp>

#include <Eigen/Core>

namespace gradus {

template <class Scalar>
using RowOf = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
template <class Scalar>
using RowInto = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

/// Calls f(x row, y row) for every row along the last axis that belongs to the part.
template <class Scalar, class F>
void for_each_row(const Call<Scalar>& call, const F& f) {
  const Extents& x = call.in[0].extents;
  const Index length = x[x.rank - 1];
  const Index rows = x.rank == 1 ? 1 : x.count(1, x.rank - 1);
  const Range part = x.rank == 1 ? Range{0, 1} : call.part;
  for (Index row = part.begin * rows; row < part.end * rows; ++row)
    f(RowOf<Scalar>(call.in[0].data + row * length, length),
      RowInto<Scalar>(call.output.data + row * length, length));
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
