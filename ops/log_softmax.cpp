#include <gradus/ops/detail/ieee_kernels.hpp>
#include <gradus/ops/detail/rows.hpp>
#include <gradus/ops/log_softmax.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/softmax.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {

Shape LogSoftmax::infer(std::span<const Shape> inputs) { return infer_rows(inputs); }

std::optional<std::size_t> LogSoftmax::independent_axis(std::span<const Shape> inputs, std::size_t,
                                                        std::size_t axis) {
  return apart_but_last(inputs, axis);
}

Expr LogSoftmax::vjp(const Expr& y, const Expr& ybar) const {
  const Expr total = sum(ybar, {-1}, KeepAxes::yes);
  return ybar - softmax(y.input(0)) * total;
}

Index LogSoftmax::scratch(std::span<const Extents> inputs, const Extents&) { return rows_scratch(inputs[0]); }

template <class Scalar>
void LogSoftmax::evaluate(const Call<Scalar>& call) const {
  for_each_rows(call, [](RowBlock<Scalar>& y) {
    using Column = Eigen::Array<Scalar, block_size, 1>;
    const Column largest = y.rowwise().maxCoeff();
    Column total = Column::Zero();
    for (auto column : y.colwise()) {
      column -= largest;
      total += column.unaryExpr(ieee::Exp<Scalar>());
    }
    const Column log_total = total.unaryExpr(ieee::Log<Scalar>());
    for (auto column : y.colwise()) column -= log_total;
  });
}

template void LogSoftmax::evaluate(const Call<float>&) const;
template void LogSoftmax::evaluate(const Call<double>&) const;

Expr log_softmax(Expr x, SourceLocation location) { return apply(LogSoftmax{}, {x}, location); }

}  // namespace gradus
