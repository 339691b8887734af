#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// y = x₀, x₁, … one after the other along an axis.
struct Concatenate {
  static constexpr Description description{"concatenate", "xᵢ", "x₀, x₁, … along an axis",
                                           "each input gets the part that is its own"};
  static constexpr std::string_view javascript = R"(
    const { count, stride } = linesAlong(y, axis);
    let begin = 0;
    for (const part of x) {
      const length = part.sizes.at(axis) * stride;
      for (let from = 0, to = begin; from < part.length; from += length, to += count * stride)
        y.set(part.subarray(from, from + length), to);
      begin += length;
    }
  )";
  static constexpr Kind kind = Kind::rowwise;
  Index axis;

  Attributes attributes() const { return {{"axis", axis}}; }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                              std::size_t input_axis) const {
    if (input_axis == normal_axis(axis, inputs[0].rank())) return std::nullopt;
    return input_axis;
  }

  static double operations(std::span<const Extents>, const Extents&) { return 0; }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// x₀, x₁, … along an axis that is not the batch. Throws ShapeError unless all other axes are equal.
Expr concatenate(const Exprs& parts, Index axis, SourceLocation location = SourceLocation::current());

}  // namespace gradus
