#pragma once

#include <gradus/ops/conv2d.hpp>

namespace gradus {

// Sums over examples, taken block by block: the first half of what a sum over the batch comes to in blocks.
// The compiler alone makes them, after everything has been differentiated. Their last input is the number of
// examples, so that spare entries are left out.

/// Blocks stay independent, and nothing else does.
inline std::optional<std::size_t> blocks_apart(std::size_t axis) {
  return axis == 0 ? std::optional(axis) : std::nullopt;
}

/// y[block, o, i, p, q]: each block's part of a kernel's gradient. Its inputs are x, ȳ and the number of
/// examples.
struct Conv2dBlockGradient {
  static constexpr Description description{"conv2d_block_gradient", "x v n", "x ⋆ v, block by block"};
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 3;
  static constexpr bool no_derivative = true;
  Convolution how;
  Index kernel_rows;
  Index kernel_columns;

  Attributes attributes() const;
  Shape infer(std::span<const Shape> inputs) const;
  static std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) {
    return blocks_apart(axis);
  }
  Index scratch(std::span<const Extents> inputs, const Extents& output) const;

  static double operations(std::span<const Extents> inputs, const Extents& output) {
    return 2 * static_cast<double>(inputs[1].count() * output.count(2, 5));
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// y[block, …] = Σ x over the examples of each block and over the axes named, which are counted as those of
/// (batch, n…). Its inputs are x and the number of examples.
struct BlockSum {
  static constexpr Description description{"block_sum", "x n", "Σ x over axes, block by block"};
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;
  static constexpr bool no_derivative = true;
  std::vector<Index> axes;

  Attributes attributes() const { return {{"axes", axes}}; }
  Shape infer(std::span<const Shape> inputs) const;
  static std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) {
    return blocks_apart(axis);
  }

  static double operations(std::span<const Extents> inputs, const Extents&) {
    return static_cast<double>(inputs[0].count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

}  // namespace gradus
