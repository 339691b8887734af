#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

// A value of (batch, n…) kept in blocks has the shape (batch/16, n…, 16): the examples of a block side by
// side, innermost, so that one vector instruction does the same for all of them. Convolutions and poolings
// then need no shuffling, and elementwise ops run on it as on anything else. Where the batch does not fill
// the last block, its spare entries hold zeros or what was computed from zeros, and whatever sums over
// examples leaves them out. Only the compiler makes such values.

/// x of (batch, n…) in the blocked layout, with zeros in the spare entries.
struct Pack {
  static constexpr Description description{"pack", "x", "x in the blocked layout"};
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  static constexpr bool anywhere = true;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Expr blocked(const Expr& y);
  static double operations(std::span<const Extents>, const Extents&) { return 0; }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The value of (batch, n…) that x keeps in blocks.
struct Unpack {
  static constexpr Description description{"unpack", "x", "x out of the blocked layout"};
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static double operations(std::span<const Extents>, const Extents&) { return 0; }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// The shape (batch/16, n…, 16) of what keeps a value of (batch, n…), where there may be no n. Throws
/// Mismatch for any other shape.
Shape blocked_shape(const Shape& shape);

/// x of (batch, n…) in the blocked layout, without a conversion where that can be had. Throws ShapeError when
/// the first axis is not the batch.
Expr pack(Expr x, SourceLocation location = SourceLocation::current());

/// Undoes pack(). Throws ShapeError for a value that is in no blocks.
Expr unpack(Expr x, SourceLocation location = SourceLocation::current());

/// Examples in rows to examples innermost: y[j·16 + e] = x[e·n + j] for e < examples, and 0 beyond.
template <class Scalar>
void interleave(const Scalar* x, Index examples, Index n, Scalar* y);

/// The reverse, for the first `examples`.
template <class Scalar>
void deinterleave(const Scalar* x, Index examples, Index n, Scalar* y);

}  // namespace gradus
