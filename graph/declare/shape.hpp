#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>

namespace gradus {

/// Sizes, positions and counts of elements.
using Index = std::int64_t;

/// The most axes a shape may have.
inline constexpr std::size_t max_rank = 8;

/// The most elements an array may have. Bytes, padding and sums over a few arrays then stay within an Index.
inline constexpr Index max_elements = Index{1} << 56;

/// a · b, or nothing where it is more than max_elements. Of sizes: neither is negative.
constexpr std::optional<Index> product(Index a, Index b) {
  Index result = 0;
  if (__builtin_mul_overflow(a, b, &result) || result > max_elements) return std::nullopt;
  return result;
}

/// How many examples the compiler keeps side by side in one block; see Layout.
inline constexpr Index block_size = 16;

/// How the numbers of a value lie in memory.
enum class Layout {
  plain,   ///< row-major: the last axis contiguous
  blocked  ///< (blocks, n…, block_size): block_size examples innermost, see compile/blocked_layout.hpp
};

/// The size of one axis: a number, or the symbol `batch`, which stands for however many examples are fed, or
/// `blocks`, for the blocks of block_size that these examples fill.
class Dim {
 public:
  constexpr Dim(Index size = 1) : size_(size) {}  // NOLINT(google-explicit-constructor): {batch, 784}

  static constexpr Dim symbolic_batch() { return Dim(symbol); }
  static constexpr Dim symbolic_blocks() { return Dim(block_symbol); }

  /// True for both symbols: the size depends on how many examples are fed.
  constexpr bool is_batch() const { return size_ == symbol || size_ == block_symbol; }
  constexpr bool is_blocks() const { return size_ == block_symbol; }

  /// The number of entries when `batch` examples are fed.
  constexpr Index at(Index batch) const {
    if (size_ == symbol) return batch;
    return is_blocks() ? (batch + block_size - 1) / block_size : size_;
  }

  friend constexpr bool operator==(Dim, Dim) = default;

 private:
  // No size that anybody arrives at by mistake.
  static constexpr Index symbol = std::numeric_limits<Index>::min();
  static constexpr Index block_symbol = symbol + 1;
  Index size_;
};

/// The batch axis: `g.input("image", {batch, 784})`.
inline constexpr Dim batch = Dim::symbolic_batch();

/// ⌈batch / block_size⌉; only the compiler makes such axes.
inline constexpr Dim blocks = Dim::symbolic_blocks();

/// The sizes of an array's axes once the batch is known; row-major, the last axis contiguous.
struct Extents {
  std::array<Index, max_rank> sizes{};
  std::size_t rank = 0;
  Layout layout = Layout::plain;

  Extents() = default;

  /// {8, 784}: a matrix. Throws ShapeError for more than max_rank axes, a negative one, or more than
  /// max_elements elements.
  Extents(std::initializer_list<Index> axes);

  Index operator[](std::size_t axis) const { return sizes[axis]; }

  /// The product of the sizes of the axes in [first, last).
  Index count(std::size_t first, std::size_t last) const {
    Index product = 1;
    for (std::size_t axis = first; axis < last; ++axis) product *= sizes[axis];
    return product;
  }
  Index count() const { return count(0, rank); }

  friend bool operator==(const Extents& a, const Extents& b) {
    if (a.rank != b.rank) return false;
    for (std::size_t axis = 0; axis < a.rank; ++axis)
      if (a.sizes[axis] != b.sizes[axis]) return false;
    return true;
  }
};

std::string to_string(const Extents& extents);

/// The axes of a node's value. `{}` is a scalar; `{batch, 784}` a row of 784 numbers for each example.
class Shape {
 public:
  Shape() = default;

  /// Throws ShapeError for an axis below 1 or more than max_rank axes.
  Shape(std::initializer_list<Dim> dims);
  explicit Shape(std::span<const Dim> dims);

  std::size_t rank() const { return rank_; }
  Dim operator[](std::size_t axis) const { return dims_[axis]; }
  Dim back() const { return dims_[rank_ - 1]; }
  std::span<const Dim> dims() const { return {dims_.data(), rank_}; }

  bool is_scalar() const { return rank_ == 0; }
  bool has_batch() const;

  /// Plain unless the compiler has said otherwise.
  Layout layout() const { return layout_; }

  /// The same axes in another layout.
  Shape in(Layout layout) const;

  /// The axis that is the batch, or rank() when there is none.
  std::size_t batch_axis() const;

  Extents at(Index batch) const;

  /// The number of elements when `batch` examples are fed. Throws ShapeError for more than max_elements.
  Index count(Index batch) const;

  /// The same, or nothing where it is more than max_elements.
  std::optional<Index> countable(Index batch) const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  std::array<Dim, max_rank> dims_{};
  std::size_t rank_ = 0;
  Layout layout_ = Layout::plain;
};

/// "(batch, 784)"; a scalar is "()".
std::string to_string(const Shape& shape);

/// The shape both broadcast to by NumPy's rule: axes aligned at the right, a size of 1 stretches. Blocked
/// where one of them is. Throws Mismatch when a pair of axes differs and neither is 1.
Shape broadcast_shape(const Shape& a, const Shape& b);

/// An axis counted from the front (0 …) or from the back (−1 …), as an index below `rank`.
/// Throws Mismatch when it is outside.
std::size_t normal_axis(Index axis, std::size_t rank);

/// What an op's shape rule throws: a sentence saying what was expected. The graph adds the node, the op, the
/// inputs and the user's line, and throws ShapeError.
struct Mismatch {
  std::string expected;
};

}  // namespace gradus
