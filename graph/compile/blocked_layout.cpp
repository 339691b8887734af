#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>

#include <fmt/format.h>
#include <vector>

namespace gradus {

Shape blocked_shape(const Shape& shape) {
  if (shape.is_scalar() || shape[0] != batch) throw Mismatch{"its first axis must be the batch"};
  if (shape.rank() == max_rank) throw Mismatch{fmt::format("it must have fewer than {} axes", max_rank)};
  std::vector<Dim> dims(shape.dims().begin(), shape.dims().end());
  dims[0] = blocks;
  dims.emplace_back(block_size);
  return Shape(std::span<const Dim>(dims)).in(Layout::blocked);
}

Shape Pack::infer(std::span<const Shape> inputs) const { return blocked_shape(inputs[0]); }

Expr Pack::vjp(const Expr&, const Expr& ybar) const { return unpack(ybar); }

Expr Pack::blocked(const Expr& y) { return as<Unpack>(y.input(0)) != nullptr ? y.input(0).input(0) : Expr(); }

Shape Unpack::infer(std::span<const Shape> inputs) const {
  const Shape& x = inputs[0];
  if (x.layout() != Layout::blocked) throw Mismatch{"it must be in the blocked layout"};
  std::vector<Dim> dims(x.dims().begin(), x.dims().end() - 1);
  dims[0] = batch;
  return Shape(std::span<const Dim>(dims));
}

Expr Unpack::vjp(const Expr&, const Expr& ybar) const { return pack(ybar); }

Expr pack(Expr x, SourceLocation location) {
  if (as<Unpack>(x) != nullptr) return x.input(0);
  if (const auto* fill = as<Fill>(x))
    return x.graph().constant(fill->value, blocked_shape(x.shape()), location);
  if (x.op().kind() == Kind::gather)
    if (const Expr made = x.op().blocked(x)) return pack(made, location);
  return apply(Pack{}, {x}, location);
}

Expr unpack(Expr x, SourceLocation location) { return apply(Unpack{}, {x}, location); }

namespace {

template <class Scalar>
using Block = Eigen::Matrix<Scalar, block_size, block_size>;

}  // namespace

template <class Scalar>
void interleave(const Scalar* x, Index examples, Index n, Scalar* y) {
  using Stride = Eigen::OuterStride<>;
  Index j = 0;
  if (examples == block_size)
    for (; j + block_size <= n; j += block_size) {
      const Block<Scalar> square = Eigen::Map<const Block<Scalar>, 0, Stride>(x + j, Stride(n));
      Eigen::Map<Block<Scalar>, Eigen::Aligned64>(y + j * block_size) = square.transpose();
    }
  for (; j < n; ++j)
    for (Index e = 0; e < block_size; ++e) y[j * block_size + e] = e < examples ? x[e * n + j] : Scalar(0);
}

template <class Scalar>
void deinterleave(const Scalar* x, Index examples, Index n, Scalar* y) {
  using Stride = Eigen::OuterStride<>;
  Index j = 0;
  if (examples == block_size)
    for (; j + block_size <= n; j += block_size) {
      const Block<Scalar> square = Eigen::Map<const Block<Scalar>, Eigen::Aligned64>(x + j * block_size);
      Eigen::Map<Block<Scalar>, 0, Stride>(y + j, Stride(n)) = square.transpose();
    }
  for (Index e = 0; e < examples; ++e)
    for (Index k = j; k < n; ++k) y[e * n + k] = x[k * block_size + e];
}

template <class Scalar>
void Pack::evaluate(const Call<Scalar>& call) const {
  const Index n = call.in[0].extents.count(1, call.in[0].extents.rank);
  for (Index block = call.part.begin; block < call.part.end; ++block) {
    const Index first = block * block_size;
    const Index examples = std::min(block_size, call.in[0].extents[0] - first);
    interleave(call.in[0].data + first * n, examples, n, call.output.data + first * n);
  }
}

template <class Scalar>
void Unpack::evaluate(const Call<Scalar>& call) const {
  const Index n = call.output.extents.count(1, call.output.extents.rank);
  for (Index row = call.part.begin; row < call.part.end;) {
    const Index within = row % block_size;
    const Index examples = std::min(block_size - within, call.part.end - row);
    const Scalar* block = call.in[0].data + (row - within) * n;
    if (within == 0)
      deinterleave(block, examples, n, call.output.data + row * n);
    else
      for (Index e = 0; e < examples; ++e)
        for (Index k = 0; k < n; ++k) call.output[(row + e) * n + k] = block[k * block_size + within + e];
    row += examples;
  }
}

template void interleave(const float*, Index, Index, float*);
template void interleave(const double*, Index, Index, double*);
template void deinterleave(const float*, Index, Index, float*);
template void deinterleave(const double*, Index, Index, double*);
template OpPtr erase<Pack>(const Pack&);
template OpPtr erase<Unpack>(const Unpack&);

}  // namespace gradus
