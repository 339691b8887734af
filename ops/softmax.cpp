#include <gradus/ops/detail/ieee_kernels.hpp>
#include <gradus/ops/detail/rows.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/softmax.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {

Shape Softmax::infer(std::span<const Shape> inputs) { return infer_rows(inputs); }

std::optional<std::size_t> Softmax::independent_axis(std::span<const Shape> inputs, std::size_t,
                                                     std::size_t axis) {
  return apart_but_last(inputs, axis);
}

Expr Softmax::vjp(const Expr& y, const Expr& ybar) const {
  const Expr weighted = y * ybar;
  return weighted - y * sum(weighted, {-1}, KeepAxes::yes);
}

Index Softmax::scratch(std::span<const Extents> inputs, const Extents&) { return rows_scratch(inputs[0]); }

template <class Scalar>
void Softmax::evaluate(const Call<Scalar>& call) const {
  for_each_rows(call, [](RowBlock<Scalar>& y) {
    const Eigen::Array<Scalar, block_size, 1> largest = y.rowwise().maxCoeff();
    for (auto column : y.colwise()) column = (column - largest).unaryExpr(ieee::Exp<Scalar>());
    const Eigen::Array<Scalar, block_size, 1> total = y.rowwise().sum();
    for (auto column : y.colwise()) column /= total;
  });
}

template void Softmax::evaluate(const Call<float>&) const;
template void Softmax::evaluate(const Call<double>&) const;

Expr softmax(Expr x, SourceLocation location) { return apply(Softmax{}, {x}, location); }

}  // namespace gradus
