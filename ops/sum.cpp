#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/detail/block_sums.hpp>
#include <gradus/ops/elementwise.hpp>
#include <gradus/ops/one_hot.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>
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

namespace {

AxisSet axes_summed(const Match& match) {
  return as<Sum>(match.root())->reduced(match.root().input(0).shape().rank());
}

bool is_along_rows(const Match& match) {
  return as<Sum>(match.root())->axes.size() == 1 &&
         axes_summed(match)[match.root().input(0).shape().rank() - 1];
}

double number_summed(const Match& match) {
  const Shape& shape = match.root().input(0).shape();
  double count = 1;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    if (axes_summed(match)[axis]) count *= static_cast<double>(shape[axis].at(1));
  return count;
}

bool sums_batch(const Match& match) {
  const Shape& shape = match.root().input(0).shape();
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    if (axes_summed(match)[axis] && shape[axis].is_batch()) return true;
  return false;
}

}  // namespace

Rules Sum::rules() {
  const Unknown x("x");
  const Unknown s("s");
  const Number k("k");
  const Number n("n", number_summed);
  const Condition no_axis{"no axis is summed", [](const Match& match) { return axes_summed(match).none(); }};
  const Condition no_batch{"n numbers are summed, whatever the batch",
                           [](const Match& match) { return !sums_batch(match); }};
  const Condition along_rows{"the sum is along rows", is_along_rows};
  // Subtract looks for the sum of a row of one_hot as it stands.
  const Condition no_row_of_one_hot{"x is no row of one_hot", [x](const Match& match) {
                                      return as<OneHot>(match[x]) == nullptr || !is_along_rows(match);
                                    }};
  return {.simplify = {{"no gradient", sum(no_gradient()) == no_gradient()},
                       {"over no axes", sum(x) == reshape(x), {no_axis}},
                       {"of a number", sum(k) == k * n, {no_batch}},
                       {"of negatives", sum(-x) == -sum(x), {no_row_of_one_hot}},
                       // How the gradient of softmax and cross-entropy comes down to p − t.
                       {"of a scaled row",
                        sum(broadcast(s) * x) == broadcast(s) * sum(x),
                        {scalar(s), along_rows, no_row_of_one_hot}}}};
}

Expr Sum::blocked(const Expr& y) {
  const Expr x = y.input(0);
  if (as<Unpack>(x) == nullptr) return {};
  const auto& op = *as<Sum>(y);
  const Expr kept = x.input(0);
  if (op.reduced(x.shape().rank())[0]) {
    const Expr parts = apply(BlockSum{op.axes}, {kept, y.graph().batch_size()}, y.node().location());
    return reshape(sum(parts, {0}), y.shape());
  }
  // Axes counted from the back would count the examples side by side.
  std::vector<Index> axes;
  for (const Index axis : op.axes) axes.push_back(static_cast<Index>(normal_axis(axis, x.shape().rank())));
  const Expr summed = apply(Sum{{axes, op.keep}}, {kept}, y.node().location());
  return summed.shape().layout() == Layout::blocked ? unpack(summed) : Expr();
}

Expr sum(Expr x, const std::vector<Index>& axes, KeepAxes keep, SourceLocation location) {
  return apply(Sum{{axes, keep == KeepAxes::yes}}, {x}, location);
}

Expr sum(Expr x, SourceLocation location) { return sum(x, all_axes(x), KeepAxes::no, location); }

}  // namespace gradus
