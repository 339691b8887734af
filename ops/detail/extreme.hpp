#pragma once

#include <gradus/ops/axes.hpp>

namespace gradus {

/// Calls f(i, x, count, stride) for every output i of a reduction over one axis: the `count` entries of x,
/// `stride` numbers apart, that it is made of.
template <class Scalar, class F>
void for_each_line(const Call<Scalar>& call, std::size_t axis, const F& f) {
  const Extents& x = call.in[0].extents;
  const Index count = x[axis];
  const Index stride = x.count(axis + 1, x.rank);
  const Index rows = call.output.extents.rank == 0 ? 1 : call.output.extents[0];
  const Index row = call.output.size() / rows;
  for (Index i = call.part.begin * row; i < call.part.end * row; ++i)
    f(i, call.in[0].data + i / stride * stride * count + i % stride, count, stride);
}

}  // namespace gradus
