#pragma once

#include <gradus/ops/conv2d.hpp>

namespace gradus {

/// What flows back from y = w ⋆ x to x: w turned around, over a ȳ that is spread out by the stride. Its
/// inputs are w and ȳ.
struct Conv2dInputGradient {
  static constexpr Description description{"conv2d_input_gradient", "w v", "w̃ ⋆ v, w̃ being w turned around"};
  static constexpr std::string_view javascript = R"(
    y.fill(0);
    eachTap(y.sizes, w.sizes, v.sizes, stride, padding, dilation, (at, tap, to) => { y[at] += w[tap] * v[to]; });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;
  Convolution how;
  Index rows;  ///< of the image
  Index columns;

  Attributes attributes() const;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t input,
                                              std::size_t axis) const;
  static Expr blocked(const Expr& y);
  Index scratch(std::span<const Extents> inputs, const Extents& output) const;

  /// As many as the convolution: two for each number of w that a number of ȳ meets.
  static double operations(std::span<const Extents> inputs, const Extents&) {
    return 2 * static_cast<double>(inputs[1].count() * inputs[0].count(1, 4));
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// x̄ of images of `rows` × `columns`. Throws ShapeError when w and ȳ do not fit.
Expr conv2d_input_gradient(Expr w, Expr ybar, Index rows, Index columns, const Convolution& how = {},
                           SourceLocation location = SourceLocation::current());

}  // namespace gradus
