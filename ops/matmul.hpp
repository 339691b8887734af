#pragma once

#include <gradus/graph/declare/graph.hpp>
#include <gradus/ops/matrix_product.hpp>

#include <algorithm>

namespace gradus {

/// Which of the factors of a matrix product are transposed.
struct Transposed {
  bool a = false;
  bool b = false;
  friend bool operator==(Transposed, Transposed) = default;
};

/// Y = op(A) op(B), op(M) = M or Mᵀ.
struct Matmul {
  static constexpr Description description{"matmul", "A B", "A B"};
  static constexpr std::string_view javascript = "addProduct(y.fill(0), 1, A, transpose_a, B, transpose_b);";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 2;
  static constexpr bool anywhere = true;
  Transposed transposed;

  Attributes attributes() const { return {{"transpose_a", transposed.a}, {"transpose_b", transposed.b}}; }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t input,
                                              std::size_t axis) const;
  static Rules rules();

  /// Numbers are asked for by so many rows or columns, which fill the kernels' registers.
  static constexpr Index piece = 16;

  /// n parts of `all`, each of whole pieces.
  static Index whole_pieces(Index all, Index n) { return (all + n * piece - 1) / (n * piece) * piece; }

  /// A quarter of the rows, but no fewer than two pieces, or one where there are no more than two: enough to
  /// share between threads, and not so little that the factors are read again too often. A matrix product
  /// picks its way of computing by the size it is asked for.
  static Index unit(const Extents& output) {
    return std::max(output[0] > 2 * piece ? 2 * piece : piece, whole_pieces(output[0], 4));
  }

  /// 2 n m k: a multiplication and an addition for each product of two numbers.
  double operations(std::span<const Extents> inputs, const Extents& output) const {
    return 2 * static_cast<double>(output.count() * inputs[0][transposed.a ? 0 : 1]);
  }

  /// Half of the columns where there is one unit of rows: a few examples, looked at by a trained network.
  static Index column_unit(const Extents& output) {
    if (output[0] > piece) return 0;
    return std::max(4 * piece, whole_pieces(output[1], 2));
  }

  /// The given rows and columns of op(A) op(B): C ← α op(A) op(B) + β C.
  template <class Scalar>
  static void part(const View<const Scalar>& a, const View<const Scalar>& b, Transposed transposed,
                   Scalar alpha, Scalar beta, const View<Scalar>& c, Range rows, Range columns) {
    const Index stride = a.extents[1];
    const Index inner = transposed.a ? a.extents[0] : stride;
    matrix_product<Scalar>(
        rows.size(), columns.size(), inner, alpha,
        {a.data + rows.begin * (transposed.a ? 1 : stride), stride, transposed.a},
        {b.data + columns.begin * (transposed.b ? b.extents[1] : 1), b.extents[1], transposed.b}, beta,
        c.data + rows.begin * c.extents[1] + columns.begin, c.extents[1]);
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const {
    const Index all = call.output.extents[1];
    const Range columns = call.columns.size() == 0 ? Range{0, all} : call.columns;
    const Index unit = column_unit(call.output.extents);
    const Index step = unit == 0 ? all : unit;
    for (Index begin = columns.begin; begin < columns.end; begin += step)
      part<Scalar>(call.in[0], call.in[1], transposed, 1, 0, call.output, call.part,
                   {begin, std::min(begin + step, columns.end)});
  }
};

/// The matrix product of A (n × k) and B (k × m), or of their transposes: n × m.
/// Throws ShapeError unless both are matrices with one inner length.
Expr matmul(Expr a, Expr b, Transposed transposed = {}, SourceLocation location = SourceLocation::current());

}  // namespace gradus
