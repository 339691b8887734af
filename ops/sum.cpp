#include <gradus/graph/blocks.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/detail/block_sums.hpp>
#include <gradus/ops/detail/one_hot_rows.hpp>
#include <gradus/ops/elementwise.hpp>
#include <gradus/ops/multiply.hpp>
#include <gradus/ops/negate.hpp>
#include <gradus/ops/reshape.hpp>
#include <gradus/ops/sum.hpp>

#include <Eigen/Core>

#include <cmath>

namespace gradus {
namespace {

template <class Scalar>
using Row = Eigen::Map<const Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
template <class Scalar>
using OutRow = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;

/// Σ of a contiguous run, in chunks whose sums are added up.
template <class Scalar>
Scalar sum_run(const Scalar* x, Index count) {
  constexpr Index chunk = 4096;
  Scalar total = 0;
  for (Index begin = 0; begin < count; begin += chunk)
    total += Row<Scalar>(x + begin, std::min(chunk, count - begin)).sum();
  return total;
}

/// Reduced axes innermost: every output is a sum of runs.
template <class Scalar>
void sum_rows(const Call<Scalar>& call, const ReductionLoops& loops, Range elements) {
  const Scalar* x = call.in[0].data;
  const Index run = loops.reduced[0].size;
  Index outer = 1;
  for (std::size_t axis = 1; axis < loops.reduced_count; ++axis) outer *= loops.reduced[axis].size;
  for (Index i = elements.begin; i < elements.end; ++i) {
    const Scalar* from = x + loops.offset(loops.kept, loops.kept_count, i);
    Scalar total = 0;
    for (Index o = 0; o < outer; ++o)
      total += sum_run(from + loops.offset(loops.reduced, loops.reduced_count, o * run), run);
    call.output[i] = total;
  }
}

/// Kept axes innermost: runs of outputs are sums of runs, taken many at a time.
template <class Scalar>
void sum_columns(const Call<Scalar>& call, const ReductionLoops& loops, Range elements) {
  const Scalar* x = call.in[0].data;
  const Index run = loops.kept[0].size;
  Index count = 1;
  for (std::size_t axis = 0; axis < loops.reduced_count; ++axis) count *= loops.reduced[axis].size;
  for (Index i = elements.begin; i < elements.end;) {
    const Index column = i % run;
    const Index length = std::min(run - column, elements.end - i);
    const Scalar* from = x + loops.offset(loops.kept, loops.kept_count, i);
    OutRow<Scalar> out(call.output.data + i, length);
    out.setZero();
    for (Index r = 0; r < count; ++r)
      out += Row<Scalar>(from + loops.offset(loops.reduced, loops.reduced_count, r), length);
    i += length;
  }
}

}  // namespace

template <class Scalar>
void sum_into(const Call<Scalar>& call, const AxisSet& reduced) {
  const ReductionLoops loops(call.in[0].extents, reduced);
  const Index rows = call.output.extents.rank == 0 ? 1 : call.output.extents[0];
  const Index row = call.output.size() / rows;
  const Range elements{call.part.begin * row, call.part.end * row};
  if (loops.reduced_count == 0)
    std::copy(call.in[0].data + elements.begin, call.in[0].data + elements.end,
              call.output.data + elements.begin);
  else if (loops.reduced[0].stride == 1)
    sum_rows(call, loops, elements);
  else
    sum_columns(call, loops, elements);
}

template void sum_into(const Call<float>&, const AxisSet&);
template void sum_into(const Call<double>&, const AxisSet&);

Expr Sum::vjp(const Expr& y, const Expr& ybar) const {
  const Expr x = y.input(0);
  return broadcast_to(aligned(ybar, x), x.shape());
}

Expr Sum::simplify(const Expr& y) {
  if (const Expr nothing = no_gradient_of(y)) return nothing;
  const Expr x = y.input(0);
  const auto& op = *as<Sum>(y);
  const AxisSet gone = op.reduced(x.shape().rank());
  if (gone.none()) return reshape(x, y.shape());

  double count = 1;
  bool whole_batch = false;
  for (std::size_t axis = 0; axis < x.shape().rank(); ++axis) {
    if (gone[axis] && x.shape()[axis].is_batch()) whole_batch = true;
    if (gone[axis]) count *= static_cast<double>(x.shape()[axis].at(1));
  }
  if (const auto value = fill_value(x); value && !whole_batch)
    return y.graph().constant(*value * count, y.shape());

  const bool along_last = op.axes.size() == 1 && gone[x.shape().rank() - 1];

  // Subtract looks for this sum as it stands.
  if (along_last && is_scaled_one_hot(x)) return {};

  // Σ −x = −Σ x: the sign is cheaper outside.
  if (as<Negate>(x) != nullptr) return negate(apply(Sum{op}, {x.input(0)}, y.node().here()));

  // Σ c·t = c Σ t along the last axis, for a c that is the same everywhere: how the gradient of softmax and
  // cross-entropy comes down to p − t.
  if (as<Multiply>(x) != nullptr && along_last)
    for (std::size_t i = 0; i < 2; ++i) {
      const Expr factor = x.input(i);
      if (as<Broadcast>(factor) == nullptr || !factor.input(0).shape().is_scalar()) continue;
      const Expr rest = apply(Sum{op}, {x.input(1 - i)}, y.node().here());
      return multiply(broadcast_to(factor.input(0), y.shape()), rest);
    }
  return {};
}

Expr Sum::in_blocks(const Expr& y) {
  const Expr x = y.input(0);
  if (as<FromBlocks>(x) == nullptr) return {};
  const auto& op = *as<Sum>(y);
  const Expr kept = x.input(0);
  if (op.reduced(x.shape().rank())[0]) {
    const Expr parts = apply(BlockSum{op.axes}, {kept, y.graph().batch_size()}, y.node().here());
    return reshape(sum(parts, {0}), y.shape());
  }
  // Axes counted from the back would count the examples side by side.
  std::vector<Index> axes;
  for (const Index axis : op.axes) axes.push_back(static_cast<Index>(normal_axis(axis, x.shape().rank())));
  const Expr summed = apply(Sum{{axes, op.keep}}, {kept}, y.node().here());
  return is_in_blocks(summed.shape()) ? from_blocks(summed) : Expr();
}

Expr sum(Expr x, const std::vector<Index>& axes, KeepAxes keep, Here here) {
  return apply(Sum{{axes, keep == KeepAxes::yes}}, {x}, here);
}

Expr sum(Expr x, Here here) { return sum(x, all_axes(x), KeepAxes::no, here); }

}  // namespace gradus
