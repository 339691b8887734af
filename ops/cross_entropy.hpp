#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// y = −Σ t ln p along the last axis: how badly probabilities p predict targets t.
struct CrossEntropy {
  static constexpr Description description{
      .name = "cross_entropy", .letters = "p t", .formula = "−Σ t ln p", .last_axis = true};
  static constexpr std::string_view javascript = R"(
    const n = p.sizes.at(-1);
    y.fill(0);
    for (let i = 0; i < p.length; ++i) if (t[i] !== 0) y[Math.floor(i / n)] -= t[i] * Math.log(p[i]);
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;

  static Shape infer(std::span<const Shape> inputs);
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  static std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                                     std::size_t axis);
  static Rules rules();

  /// For each number of p: the logarithm, a multiplication and an addition.
  static double operations(std::span<const Extents> inputs, const Extents&) {
    return 3 * static_cast<double>(inputs[0].count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The cross-entropy of each example: probabilities p and targets t of one shape, t one-hot or any
/// distribution, give one number for each row along the last axis. Reduce it to a loss with mean or sum.
///
/// Of p = softmax(z) the compiler makes −Σ t (z − ln Σ eᶻ), and of its gradient p − t.
/// Throws ShapeError when the shapes differ.
Expr cross_entropy(Expr p, Expr t, SourceLocation location = SourceLocation::current());

}  // namespace gradus
