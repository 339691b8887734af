#pragma once

#include <gradus/ops/max_pool.hpp>

namespace gradus {

/// y = (1/n) Σ x over each window of n pixels, channel by channel.
struct AveragePool {
  static constexpr Description description{"average_pool", "x", "(1/n) Σ x over windows of n pixels",
                                           "each pixel of a window gets an equal part"};
  static constexpr std::string_view javascript = R"(
    y.fill(0);
    eachWindow(x.sizes, y.sizes, window, stride, (pixels, to) => {
      for (const at of pixels) y[to] += x[at] / pixels.length;
    });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  Pooling how;

  Attributes attributes() const { return how.attributes(); }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) const;
  static Expr blocked(const Expr& y);

  /// A sum, and a division for each of its results.
  double operations(std::span<const Extents>, const Extents& output) const {
    return how.operations(output) + static_cast<double>(output.count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// What flows back from average_pool to images of rows × columns: ȳ / n to each pixel of a window.
struct AveragePoolGradient {
  static constexpr Description description{"average_pool_gradient", "v",
                                           "v / n to each pixel of a window of n"};
  static constexpr std::string_view javascript = R"(
    y.fill(0);
    eachWindow(y.sizes, v.sizes, window, stride, (pixels, to) => {
      for (const at of pixels) y[at] += v[to] / pixels.length;
    });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  Pooling how;
  Index rows;
  Index columns;

  Attributes attributes() const;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) const;
  static Expr blocked(const Expr& y);

  double operations(std::span<const Extents> inputs, const Extents&) const {
    return how.operations(inputs[0]) + static_cast<double>(inputs[0].count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The mean of each window of images (batch, channels, rows, columns); `stride` is the window's size unless
/// given. Throws as max_pool() does.
Expr average_pool(Expr x, Index window, std::optional<Index> stride = {},
                  SourceLocation location = SourceLocation::current());

/// What flows back from average_pool to images of rows × columns.
Expr average_pool_gradient(Expr ybar, Index rows, Index columns, const Pooling& how,
                           SourceLocation location = SourceLocation::current());

}  // namespace gradus
