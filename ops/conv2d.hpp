#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// How a kernel moves over an image, alike along rows and columns.
struct Convolution {
  Index stride = 1;    ///< pixels from one place to the next
  Index padding = 0;   ///< rows and columns of zeros around the image
  Index dilation = 1;  ///< pixels from one number of the kernel to the next

  Attributes attributes() const;
  friend bool operator==(const Convolution&, const Convolution&) = default;
};

/// y[e, o, r, c] = Σ w[o, i, p, q] x[e, i, s r + d p − z, s c + d q − z] + b[o], summed over i, p and q, for
/// stride s, dilation d and z rows and columns of zeros around the image. The kernel is not turned around:
/// what this field calls convolution is a correlation. In the derivative w̃ is w turned around, and ȳ spread
/// out by the stride.
struct Conv2d {
  static constexpr Description description{"conv2d", "x w b", "w ⋆ x + b"};
  static constexpr std::string_view javascript = R"(
    const plane = y.sizes[2] * y.sizes[3];
    for (let i = 0; i < y.length; ++i) y[i] = b ? b[Math.floor(i / plane) % b.length] : 0;
    eachTap(x.sizes, w.sizes, y.sizes, stride, padding, dilation, (at, tap, to) => { y[to] += w[tap] * x[at]; });
  )";
  static constexpr Kind kind = Kind::rowwise;
  Convolution how;

  Attributes attributes() const { return how.attributes(); }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t input,
                                              std::size_t axis) const;
  static Expr blocked(const Expr& y);
  Index scratch(std::span<const Extents> inputs, const Extents& output) const;

  /// A multiplication and an addition for each number of a kernel at each place, those over the padding among
  /// them, and an addition of the bias.
  static double operations(std::span<const Extents> inputs, const Extents& output) {
    const auto taps = static_cast<double>(inputs[1].count(1, 4));
    return static_cast<double>(output.count()) * (2 * taps + (inputs.size() == 3 ? 1 : 0));
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The convolution of images x (batch, in, rows, columns) with kernels w (out, in, kernel rows, kernel
/// columns), plus b (out) where there is one: (batch, out, …). Throws ShapeError when these do not fit or a
/// kernel reaches over an image's edge, ValueError for a stride or dilation below 1 or a padding below 0.
Expr conv2d(Expr x, Expr w, Expr b, const Convolution& how = {},
            SourceLocation location = SourceLocation::current());
Expr conv2d(Expr x, Expr w, const Convolution& how = {}, SourceLocation location = SourceLocation::current());

}  // namespace gradus
