#include <gradus/ops/matmul.hpp>
#include <gradus/ops/patterns.hpp>

#include <fmt/format.h>

namespace gradus {

Shape Matmul::infer(std::span<const Shape> inputs) const {
  const Shape& a = inputs[0];
  const Shape& b = inputs[1];
  if (a.rank() != 2 || b.rank() != 2) throw Mismatch{"both must be matrices, with two axes"};
  const Dim columns = transposed.a ? a[0] : a[1];
  const Dim rows = transposed.b ? b[1] : b[0];
  if (columns != rows)
    throw Mismatch{fmt::format("the {} of the first, {}, must equal the {} of the second, {}",
                               transposed.a ? "rows" : "columns", to_string(Shape{columns}),
                               transposed.b ? "columns" : "rows", to_string(Shape{rows}))};
  return {transposed.a ? a[1] : a[0], transposed.b ? b[0] : b[1]};
}

Expr Matmul::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr a = y.input(0);
  const Expr b = y.input(1);
  if (input == 0)
    return transposed.a ? matmul(b, ybar, {transposed.b, true}) : matmul(ybar, b, {false, !transposed.b});
  return transposed.b ? matmul(ybar, a, {true, transposed.a}) : matmul(a, ybar, {!transposed.a, false});
}

std::optional<std::size_t> Matmul::independent_axis(std::span<const Shape>, std::size_t input,
                                                    std::size_t axis) const {
  const std::size_t outer = input == 0 ? (transposed.a ? 1 : 0) : (transposed.b ? 0 : 1);
  if (axis != outer) return std::nullopt;
  return input;
}

Rules Matmul::rules() {
  const Unknown a("a");
  const Unknown b("b");
  const auto flipped = [](bool Transposed::*which) {
    return [which](const Match& match) {
      Matmul product = *as<Matmul>(match.root());
      product.transposed.*which = !(product.transposed.*which);
      return product;
    };
  };
  return {.simplify = {
              {"of a transpose", matmul(transpose(a), b) ==
                                     changed<Matmul>("transpose_a flipped", {a, b}, flipped(&Transposed::a))},
              {"by a transpose", matmul(a, transpose(b)) == changed<Matmul>("transpose_b flipped", {a, b},
                                                                            flipped(&Transposed::b))}}};
}

Expr matmul(Expr a, Expr b, Transposed transposed, SourceLocation location) {
  return apply(Matmul{transposed}, {a, b}, location);
}

}  // namespace gradus
