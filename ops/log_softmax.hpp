#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// yᵢ = ln(e^xᵢ / Σⱼ e^xⱼ) along the last axis, computed as (xᵢ − m) − ln Σⱼ e^(xⱼ − m) with m = max x.
struct LogSoftmax {
  static constexpr Description description{
      .name = "log_softmax", .letters = "x", .formula = "x − ln Σ eˣ", .last_axis = true};
  static constexpr std::string_view javascript = R"(
    const n = x.sizes.at(-1);
    for (let first = 0; first < x.length; first += n) {
      let most = -Infinity;
      for (let i = first; i < first + n; ++i) most = Math.max(most, x[i]);
      let sum = 0;
      for (let i = first; i < first + n; ++i) sum += Math.exp(x[i] - most);
      for (let i = first; i < first + n; ++i) y[i] = x[i] - most - Math.log(sum);
    }
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;

  static Shape infer(std::span<const Shape> inputs);
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                                     std::size_t axis);

  static Index scratch(std::span<const Extents> inputs, const Extents& output);

  /// For each number: the maximum, a subtraction, eˣ, the sum and another subtraction.
  static double operations(std::span<const Extents>, const Extents& output) {
    return 5 * static_cast<double>(output.count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The logarithm of softmax(x), which does not overflow. Throws ShapeError as softmax does.
Expr log_softmax(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
