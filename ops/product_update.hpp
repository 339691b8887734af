#pragma once

#include <gradus/ops/matmul.hpp>

namespace gradus {

/// Y = W − s op(A) op(B), in W's memory where nobody else needs it: a step of SGD without ever
/// storing the gradient. Made by the compiler; its inputs are W, the scalar s, A and B.
struct ProductUpdate {
  static constexpr Description description{"product_update", "W s A B", "W − s A B"};
  static constexpr std::string_view javascript = R"(
    y.set(W);
    addProduct(y, -s[0], A, transpose_a, B, transpose_b);
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 4;
  static constexpr bool anywhere = true;
  static constexpr std::size_t overwritten = 0;
  Transposed transposed;

  Attributes attributes() const { return Matmul{transposed}.attributes(); }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t input,
                                              std::size_t axis) const;

  static Index unit(const Extents& output) { return Matmul::unit(output); }

  /// Those of the product, and two for each number of W.
  double operations(std::span<const Extents> inputs, const Extents& output) const {
    return Matmul{transposed}.operations(inputs.subspan(2), output) + 2 * static_cast<double>(output.count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const {
    Matmul::part<Scalar>(call.in[2], call.in[3], transposed, -call.in[1][0], 1, call.output, call.part,
                         {0, call.output.extents[1]});
  }
};

/// W − s op(A) op(B) for a scalar s.
Expr product_update(Expr w, Expr s, Expr a, Expr b, Transposed transposed = {},
                    SourceLocation location = SourceLocation::current());

}  // namespace gradus
