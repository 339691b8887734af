#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// Y = Xᵀ of a matrix.
struct Transpose {
  static constexpr Description description{"transpose", "X", "Xᵀ"};
  static constexpr std::string_view javascript = R"(
    const [rows, columns] = X.sizes;
    for (let r = 0; r < rows; ++r) for (let c = 0; c < columns; ++c) y[c * rows + r] = X[r * columns + c];
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;

  static Shape infer(std::span<const Shape> inputs) {
    if (inputs[0].rank() != 2) throw Mismatch{"it must be a matrix, with two axes"};
    return {inputs[0][1], inputs[0][0]};
  }
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) {
    return 1 - axis;
  }
  static Rules rules();

  static double operations(std::span<const Extents>, const Extents&) { return 0; }

  template <class Scalar>
  static void evaluate(const Call<Scalar>& call) {
    const View<const Scalar>& x = call.in[0];
    const Index rows = x.extents[0];
    const Index columns = x.extents[1];
    for (Index column = call.part.begin; column < call.part.end; ++column)
      for (Index row = 0; row < rows; ++row) call.output[column * rows + row] = x[row * columns + column];
  }
};

/// Xᵀ. Throws ShapeError unless X has two axes.
Expr transpose(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
