#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/product_update.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {

Shape ProductUpdate::infer(std::span<const Shape> inputs) const {
  const Shape product = Matmul{transposed}.infer(inputs.subspan(2));
  if (product != inputs[0] || !inputs[1].is_scalar())
    throw Mismatch{"W must have the shape of the product and s must be a scalar"};
  return inputs[0];
}

Expr ProductUpdate::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  if (input == 0) return ybar;
  const Expr product = matmul(y.input(2), y.input(3), transposed);
  if (input == 1) return -sum(ybar * product);
  return Matmul{transposed}.vjp(product, -(broadcast_to(y.input(1), y.shape()) * ybar), input - 2);
}

std::optional<std::size_t> ProductUpdate::independent_axis(std::span<const Shape> inputs, std::size_t input,
                                                           std::size_t axis) const {
  if (input == 0) return axis;
  if (input == 1) return std::nullopt;
  return Matmul{transposed}.independent_axis(inputs.subspan(2), input - 2, axis);
}

Expr product_update(Expr w, Expr s, Expr a, Expr b, Transposed transposed, SourceLocation location) {
  return apply(ProductUpdate{transposed}, {w, s, a, b}, location);
}

}  // namespace gradus
