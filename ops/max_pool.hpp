#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <optional>

namespace gradus {

/// Windows of `window` × `window` pixels, `stride` pixels apart; what is left over at the end is not covered.
struct Pooling {
  Index window = 2;
  Index stride = 2;

  Attributes attributes() const { return {{"window", window}, {"stride", stride}}; }

  /// One for each pixel of the windows that so many results are of.
  double operations(const Extents& results) const {
    return static_cast<double>(results.count() * window * window);
  }
  friend bool operator==(const Pooling&, const Pooling&) = default;
};

/// y = max x over each window, channel by channel; NaN where the window has one, to whose first ȳ flows back.
struct MaxPool {
  static constexpr Description description{"max_pool", "x", "max x over windows",
                                           "the first largest of a window gets all of it"};
  static constexpr std::string_view javascript = R"(
    eachWindow(x.sizes, y.sizes, window, stride, (pixels, to) => { y[to] = x[firstLargest(x, pixels)]; });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  Pooling how;

  Attributes attributes() const { return how.attributes(); }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) const;
  static Expr blocked(const Expr& y);

  /// A comparison for each pixel of a window.
  double operations(std::span<const Extents>, const Extents& output) const { return how.operations(output); }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// What flows back from max_pool: ȳ to the largest x of its window, the first in rows where several are. Its
/// inputs are x and ȳ.
struct MaxPoolGradient {
  static constexpr Description description{"max_pool_gradient", "x v",
                                           "v to the first largest x of a window"};
  static constexpr std::string_view javascript = R"(
    y.fill(0);
    eachWindow(x.sizes, v.sizes, window, stride, (pixels, to) => { y[firstLargest(x, pixels)] += v[to]; });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;
  Pooling how;

  Attributes attributes() const { return how.attributes(); }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) const;
  static Expr blocked(const Expr& y);

  double operations(std::span<const Extents> inputs, const Extents&) const {
    return how.operations(inputs[1]);
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// y = the v that stands where each window of x has its largest, the first in rows where several are. Its
/// inputs are x and v.
struct MaxPoolSelect {
  static constexpr Description description{"max_pool_select", "x v", "v at the first largest x of a window"};
  static constexpr std::string_view javascript = R"(
    eachWindow(x.sizes, y.sizes, window, stride, (pixels, to) => { y[to] = v[firstLargest(x, pixels)]; });
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;
  Pooling how;

  Attributes attributes() const { return how.attributes(); }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) const;
  static Expr blocked(const Expr& y);

  double operations(std::span<const Extents>, const Extents& output) const { return how.operations(output); }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The largest value of each window of images (batch, channels, rows, columns); `stride` is the window's size
/// unless given. Throws ShapeError when a window is larger than the image, ValueError for a window or stride
/// below 1.
Expr max_pool(Expr x, Index window, std::optional<Index> stride = {},
              SourceLocation location = SourceLocation::current());

/// What flows back from max_pool to x.
Expr max_pool_gradient(Expr x, Expr ybar, const Pooling& how,
                       SourceLocation location = SourceLocation::current());

/// v where x is largest in each window. Throws ShapeError when x and v differ in shape.
Expr max_pool_select(Expr x, Expr v, const Pooling& how, SourceLocation location = SourceLocation::current());

}  // namespace gradus
