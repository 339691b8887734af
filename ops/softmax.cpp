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

template <class Scalar>
void Softmax::evaluate(const Call<Scalar>& call) const {
  for_each_row(call, [](const auto& x, auto y) {
    y = (x - x.maxCoeff()).unaryExpr(ieee::Exp<Scalar>());
    y /= y.sum();
  });
}

template void Softmax::evaluate(const Call<float>&) const;
template void Softmax::evaluate(const Call<double>&) const;

Expr softmax(Expr x, SourceLocation location) { return apply(Softmax{}, {x}, location); }

}  // namespace gradus
