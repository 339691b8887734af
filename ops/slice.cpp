#include <gradus/ops/concatenate.hpp>
#include <gradus/ops/slice.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {

Shape Slice::infer(std::span<const Shape> inputs) const {
  const Shape& x = inputs[0];
  const std::size_t own = normal_axis(axis, x.rank());
  if (x[own].is_batch()) throw Mismatch{"the batch axis cannot be sliced"};
  if (range.begin < 0 || range.end > x[own].at(1) || range.size() < 1)
    throw Mismatch{fmt::format("[{}, {}) must be at least one entry within the {} of axis {}", range.begin,
                               range.end, x[own].at(1), axis)};
  std::vector<Dim> dims(x.dims().begin(), x.dims().end());
  dims[own] = range.size();
  return Shape(std::span<const Dim>(dims));
}

Expr Slice::vjp(const Expr& y, const Expr& ybar) const {
  const Shape& x = y.input(0).shape();
  const std::size_t own = normal_axis(axis, x.rank());
  Exprs parts;
  const auto zeros = [&](Index size) {
    if (size == 0) return;
    std::vector<Dim> dims(x.dims().begin(), x.dims().end());
    dims[own] = size;
    parts.push_back(y.graph().constant(0.0, Shape(std::span<const Dim>(dims))));
  };
  zeros(range.begin);
  parts.push_back(ybar);
  zeros(x[own].at(1) - range.end);
  return concatenate(parts, axis);
}

template <class Scalar>
void Slice::evaluate(const Call<Scalar>& call) const {
  const View<const Scalar>& x = call.in[0];
  const std::size_t own = normal_axis(axis, x.extents.rank);
  const Index inner = x.extents.count(own + 1, x.extents.rank);
  const Index run = range.size() * inner;
  const Index from = range.begin * inner;
  const Index step = x.extents[own] * inner;
  if (own == 0) {
    std::copy(x.data + from + call.part.begin * inner, x.data + from + call.part.end * inner,
              call.output.data + call.part.begin * inner);
    return;
  }
  const Index runs = x.extents.count(1, own);
  for (Index r = call.part.begin * runs; r < call.part.end * runs; ++r)
    std::copy_n(x.data + r * step + from, run, call.output.data + r * run);
}

template void Slice::evaluate(const Call<float>&) const;
template void Slice::evaluate(const Call<double>&) const;

Expr slice(Expr x, Index axis, Index begin, Index end, SourceLocation location) {
  return apply(Slice{axis, {begin, end}}, {x}, location);
}

}  // namespace gradus
