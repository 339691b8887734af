#include <gradus/graph/blocks.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/define.hpp>

#include <vector>

namespace gradus {

bool is_in_blocks(const Shape& shape) {
  return shape.rank() >= 3 && shape[0] == blocks && shape.back() == Dim(block_size);
}

Shape shape_in_blocks(const Shape& shape) {
  if (shape.rank() < 2 || shape[0] != batch || shape.rank() == max_rank)
    throw Mismatch{"its first axis must be the batch, and at least one more must follow"};
  std::vector<Dim> dims(shape.dims().begin(), shape.dims().end());
  dims[0] = blocks;
  dims.emplace_back(block_size);
  return Shape(std::span<const Dim>(dims));
}

Shape ToBlocks::infer(std::span<const Shape> inputs) const { return shape_in_blocks(inputs[0]); }

Expr ToBlocks::vjp(const Expr&, const Expr& ybar) const { return from_blocks(ybar); }

Expr ToBlocks::in_blocks(const Expr& y) {
  return as<FromBlocks>(y.input(0)) != nullptr ? y.input(0).input(0) : Expr();
}

Shape FromBlocks::infer(std::span<const Shape> inputs) const {
  const Shape& x = inputs[0];
  if (!is_in_blocks(x)) throw Mismatch{"it must be in blocks of examples"};
  std::vector<Dim> dims(x.dims().begin(), x.dims().end() - 1);
  dims[0] = batch;
  return Shape(std::span<const Dim>(dims));
}

Expr FromBlocks::vjp(const Expr&, const Expr& ybar) const { return to_blocks(ybar); }

Expr to_blocks(Expr x, Here here) {
  if (as<FromBlocks>(x) != nullptr) return x.input(0);
  if (const auto* fill = as<Fill>(x))
    return x.graph().constant(fill->value, shape_in_blocks(x.shape()), here);
  if (x.op().kind() == Kind::window)
    if (const Expr made = x.op().in_blocks(x)) return to_blocks(made, here);
  return apply(ToBlocks{}, {x}, here);
}

Expr from_blocks(Expr x, Here here) { return apply(FromBlocks{}, {x}, here); }

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
void ToBlocks::evaluate(const Call<Scalar>& call) const {
  const Index n = call.in[0].extents.count(1, call.in[0].extents.rank);
  for (Index block = call.part.begin; block < call.part.end; ++block) {
    const Index first = block * block_size;
    const Index examples = std::min(block_size, call.in[0].extents[0] - first);
    interleave(call.in[0].data + first * n, examples, n, call.output.data + first * n);
  }
}

template <class Scalar>
void FromBlocks::evaluate(const Call<Scalar>& call) const {
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
template OpPtr erase<ToBlocks>(const ToBlocks&);
template OpPtr erase<FromBlocks>(const FromBlocks&);

}  // namespace gradus
