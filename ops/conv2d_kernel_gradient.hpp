#pragma once

#include <gradus/ops/conv2d.hpp>

namespace gradus {

/// What flows back from y = w ⋆ x to w: w̄[o, i, p, q] = Σ x[e, i, s r + d p − z, s c + d q − z] ȳ[e, o, r, c]
/// over e, r and c. Examples are summed in blocks of block_size, then block by block. Its inputs are x and ȳ.
struct Conv2dKernelGradient {
  static constexpr Description description{"conv2d_kernel_gradient", "x v", "x ⋆ v"};
  static constexpr std::string_view javascript = R"(
    y.fill(0);
    eachTap(x.sizes, y.sizes, v.sizes, stride, padding, dilation, (at, tap, to) => { y[tap] += x[at] * v[to]; });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;
  Convolution how;
  Index kernel_rows;
  Index kernel_columns;

  Attributes attributes() const;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t input,
                                              std::size_t axis) const;
  static Expr blocked(const Expr& y);
  Index scratch(std::span<const Extents> inputs, const Extents& output) const;

  /// As many as the convolution: two for each number of w̄ that a number of ȳ is part of.
  static double operations(std::span<const Extents> inputs, const Extents& output) {
    return 2 * static_cast<double>(inputs[1].count() * output.count(1, 4));
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// w̄ of kernels of `kernel_rows` × `kernel_columns`. Throws ShapeError when x and ȳ do not fit.
Expr conv2d_kernel_gradient(Expr x, Expr ybar, Index kernel_rows, Index kernel_columns,
                            const Convolution& how = {}, SourceLocation location = SourceLocation::current());

}  // namespace gradus
