#include <gradus/base/error.hpp>
#include <gradus/ops/concatenate.hpp>
#include <gradus/ops/slice.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {

Shape Concatenate::infer(std::span<const Shape> inputs) const {
  const std::size_t own = normal_axis(axis, inputs[0].rank());
  std::vector<Dim> dims(inputs[0].dims().begin(), inputs[0].dims().end());
  Index total = 0;
  for (const Shape& input : inputs) {
    if (input.rank() != dims.size()) throw Mismatch{"all must have as many axes"};
    if (input[own].is_batch()) throw Mismatch{"the batch axis cannot be concatenated"};
    for (std::size_t other = 0; other < dims.size(); ++other)
      if (other != own && input[other] != dims[other])
        throw Mismatch{fmt::format("all axes but {} must be equal", axis)};
    total += input[own].at(1);
    if (total > max_elements) throw Mismatch{fmt::format("an axis has at most {} entries", max_elements)};
  }
  dims[own] = total;
  return Shape(std::span<const Dim>(dims));
}

Expr Concatenate::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const std::size_t own = normal_axis(axis, y.shape().rank());
  Index begin = 0;
  for (std::size_t i = 0; i < input; ++i) begin += y.input(i).shape()[own].at(1);
  return slice(ybar, axis, begin, begin + y.input(input).shape()[own].at(1));
}

template <class Scalar>
void Concatenate::evaluate(const Call<Scalar>& call) const {
  const Extents& y = call.output.extents;
  const std::size_t own = normal_axis(axis, y.rank);
  const Index inner = y.count(own + 1, y.rank);
  Index at = 0;
  for (std::size_t i = 0; i < call.inputs; ++i) {
    const View<const Scalar>& x = call.in[i];
    const Index size = x.extents[own];
    if (own == 0) {
      const Index first = std::max(call.part.begin, at);
      const Index last = std::min(call.part.end, at + size);
      if (first < last)
        std::copy(x.data + (first - at) * inner, x.data + (last - at) * inner,
                  call.output.data + first * inner);
    } else {
      const Index runs = y.count(1, own);
      for (Index r = call.part.begin * runs; r < call.part.end * runs; ++r)
        std::copy_n(x.data + r * size * inner, size * inner, call.output.data + (r * y[own] + at) * inner);
    }
    at += size;
  }
}

template void Concatenate::evaluate(const Call<float>&) const;
template void Concatenate::evaluate(const Call<double>&) const;

Expr concatenate(const Exprs& parts, Index axis, SourceLocation location) {
  return apply(Concatenate{axis}, parts, location);
}

}  // namespace gradus
