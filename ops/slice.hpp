#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// y = the entries [begin, end) of x along one axis.
struct Slice {
  static constexpr Description description{"slice", "x", "entries [begin, end) of x along an axis",
                                           "with zeros before and behind it"};
  static constexpr std::string_view javascript = R"(
    const { count, stride } = linesAlong(x, axis);
    const length = (end - begin) * stride;
    for (let to = 0, from = begin * stride; to < y.length; to += length, from += count * stride)
      y.set(x.subarray(from, from + length), to);
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  Index axis;
  Range range;

  Attributes attributes() const { return {{"axis", axis}, {"begin", range.begin}, {"end", range.end}}; }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                              std::size_t input_axis) const {
    if (input_axis == normal_axis(axis, inputs[0].rank())) return std::nullopt;
    return input_axis;
  }

  static double operations(std::span<const Extents>, const Extents&) { return 0; }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The entries [begin, end) of x along an axis that is not the batch. Throws ShapeError when they are
/// outside.
Expr slice(Expr x, Index axis, Index begin, Index end, SourceLocation location = SourceLocation::current());

}  // namespace gradus
