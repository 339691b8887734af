#pragma once

#include <gradus/ops/detail/convolve.hpp>
#include <gradus/ops/detail/side_by_side.hpp>

#include <algorithm>
#include <utility>

namespace gradus {

// What the kernels of convolutions have in common.

/// One number of so many images of a block as a register holds.
template <class Scalar>
using Vector = Pixels<Scalar, block_size>;

template <class Scalar>
const Vector<Scalar>& load(const Scalar* numbers) {
  return pixels<Scalar, block_size>(numbers, 0);
}
template <class Scalar>
Vector<Scalar>& store(Scalar* numbers) {
  return pixels<Scalar, block_size>(numbers, 0);
}

/// How many sums stay in registers together: the others are for the pixels and a weight.
constexpr Index most_sums = vector_registers / 4 * 3;

/// A number that is used many times stays in its register. GCC would read it from memory at each use, which
/// two loads a cycle do not keep up with.
template <class Scalar>
void keep_in_register([[maybe_unused]] Vector<Scalar>& v) {
#ifdef __AVX512F__
  asm("" : "+v"(v));
#endif
}

/// Calls f with an integral constant equal to n, which is one of these numbers.
template <Index... Each, class F>
void with_one_of(Index n, std::integer_sequence<Index, Each...> /*numbers*/, const F& f) {
  (void)((n == Each && (f(std::integral_constant<Index, Each>()), true)) || ...);
}

/// The same for the numbers from 1 to Most.
template <Index Most, class F>
void with_constant(Index n, const F& f) {
  [&]<Index... I>(std::integer_sequence<Index, I...>) {
    with_one_of(n, std::integer_sequence<Index, (I + 1)...>(), f);
  }
  (std::make_integer_sequence<Index, Most>());
}

/// Channels in groups of nearly one size, no larger than `most`.
template <class F>
void for_each_group(Range channels, Index most, const F& f) {
  const Index groups = (channels.size() + most - 1) / most;
  for (Index g = 0; g < groups; ++g)
    f(Range{channels.begin + channels.size() * g / groups,
            channels.begin + channels.size() * (g + 1) / groups});
}

template <class Scalar>
inline constexpr Index most_outputs = sizeof(Scalar) == 4 ? 8 : 4;

constexpr Index floor_division(Index a, Index b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/// Planes copied into larger ones of zeros: pixel (r, c) goes to (r · step + offset, c · step + offset), as
/// far as there is such a place.
struct Spacing {
  Index planes, rows, columns;
  Index to_rows, to_columns;
  Index step;
  Index row_offset, column_offset;
};

/// The entries k of n with 0 ≤ k · step + offset < size.
inline Range landing(Index n, Index step, Index offset, Index size) {
  const Index begin = std::clamp<Index>(-floor_division(offset, step), 0, n);
  return {begin, std::clamp<Index>(floor_division(size - 1 - offset, step) + 1, begin, n)};
}

template <class Scalar>
void spread_out(const Spacing& to, const Scalar* x, Scalar* y) {
  const Range rows = landing(to.rows, to.step, to.row_offset, to.to_rows);
  const Range columns = landing(to.columns, to.step, to.column_offset, to.to_columns);
  const Index first = columns.begin * to.step + to.column_offset;
  const Index width = columns.size() * block_size;
  for (Index plane = 0; plane < to.planes; ++plane) {
    Index r = rows.begin;
    for (Index row = 0; row < to.to_rows; ++row, y += to.to_columns * block_size) {
      if (r == rows.end || row != r * to.step + to.row_offset) {
        std::fill_n(y, to.to_columns * block_size, Scalar(0));
        continue;
      }
      const Scalar* from = x + ((plane * to.rows + r) * to.columns + columns.begin) * block_size;
      Scalar* out = y + first * block_size;
      if (to.step == 1) {
        std::fill(y, out, Scalar(0));
        std::copy_n(from, width, out);
        std::fill(out + width, y + to.to_columns * block_size, Scalar(0));
      } else {
        std::fill_n(y, to.to_columns * block_size, Scalar(0));
        for (Index c = 0; c < columns.size(); ++c)
          std::copy_n(from + c * block_size, block_size, out + c * to.step * block_size);
      }
      ++r;
    }
  }
}

/// The image with its padding: itself where there is none. The rows above and below may be left out.
template <class Scalar>
const Scalar* padded_image(const ConvolutionSizes& sizes, const Scalar* x, Index row_padding,
                           Scalar* scratch) {
  const Index padding = sizes.how.padding;
  if (padding == 0) return x;
  spread_out({sizes.channels, sizes.rows, sizes.columns, sizes.rows + 2 * row_padding, sizes.padded_columns(),
              1, row_padding, padding},
             x, scratch);
  return scratch;
}

inline Index padded_numbers(const ConvolutionSizes& sizes) {
  return sizes.how.padding == 0 ? 0
                                : sizes.channels * sizes.padded_rows() * sizes.padded_columns() * block_size;
}

}  // namespace gradus
