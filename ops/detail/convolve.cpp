#include <gradus/ops/detail/convolve.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

/// One number of every image of a block, as a type of the compiler's own (of GCC and Clang), which keeps
/// arrays of them in registers where it can. Eigen's arrays end up on the stack.
template <class Scalar>
struct VectorOf {
  using Type [[gnu::vector_size(block_size * sizeof(Scalar)), gnu::may_alias]] = Scalar;
};
template <class Scalar>
using Vector = typename VectorOf<Scalar>::Type;

template <class Scalar>
const Vector<Scalar>& load(const Scalar* numbers) {
  return *reinterpret_cast<const Vector<Scalar>*>(numbers);
}
template <class Scalar>
Vector<Scalar>& store(Scalar* numbers) {
  return *reinterpret_cast<Vector<Scalar>*>(numbers);
}

/// How many vectors of one sum stay in registers together: 32 hold 24 sums, the pixels and a weight, where a
/// vector fills one register.
template <class Scalar>
inline constexpr Index most_sums = sizeof(Scalar) == 4 ? 24 : 8;

/// A number that is used many times stays in its register. GCC would read it from memory at each use, which
/// two loads a cycle do not keep up with.
template <class V>
void keep_in_register([[maybe_unused]] V& v) {
#ifdef __AVX512F__
  if constexpr (sizeof(V) == 64) asm("" : "+v"(v));
#endif
}

/// Images that are convolved, with what lies around them.
template <class Scalar>
struct Source {
  const Scalar* data;
  Index rows;
  Index columns;
  Index first_row;   ///< of these, which the first row of results begins at; below 0 with a margin above
  Range inner_rows;  ///< outside of these there are zeros
  Range inner_columns;
};

constexpr Index floor_division(Index a, Index b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/// The entries k of a kernel with `inner.begin` ≤ at + k · dilation < `inner.end` for any `at` of `places`.
Range taps_inside(Range places, Range inner, Index dilation, Index taps) {
  const Index first = -floor_division(places.end - 1 - inner.begin, dilation);
  const Index end = floor_division(inner.end - 1 - places.begin, dilation) + 1;
  const Index begin = std::clamp<Index>(first, 0, taps);
  return {begin, std::clamp<Index>(end, begin, taps)};
}

/// A convolution of padded images: what the forward pass and the gradient by the image have in common.
template <class Scalar>
struct Correlation {
  Source<Scalar> x;
  Index channels;
  Index kernel_rows;
  Index kernel_columns;
  Index stride;
  Index dilation;
  Index out_rows;
  Index out_columns;
};

/// Sums of `Outputs` channels at `Places` neighbouring columns, in registers throughout.
template <class Scalar, Index Outputs, Index Places>
void correlate_at(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b, Index row, Index column,
                  Scalar* y) {
  const Source<Scalar>& x = job.x;
  const Index top = row * job.stride + x.first_row;
  const Index left = column * job.stride;
  const Range rows = taps_inside({top, top + 1}, x.inner_rows, job.dilation, job.kernel_rows);
  const Range columns = taps_inside({left, left + (Places - 1) * job.stride + 1}, x.inner_columns,
                                    job.dilation, job.kernel_columns);
  Vector<Scalar> sums[Outputs][Places];
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index p = 0; p < Places; ++p) sums[o][p] = Vector<Scalar>{} + (b != nullptr ? b[o] : Scalar(0));
  const Index step = job.stride * block_size;
  const Index next = job.dilation * block_size;
  for (Index c = 0; c < job.channels; ++c)
    for (Index i = rows.begin; i < rows.end; ++i) {
      const Scalar* pixels = x.data +
                             (((c * x.rows + top + i * job.dilation) * x.columns) + left) * block_size +
                             columns.begin * next;
      const Scalar* weights = w + ((c * job.kernel_rows + i) * job.kernel_columns + columns.begin) * Outputs;
      for (Index j = columns.begin; j < columns.end; ++j, pixels += next, weights += Outputs) {
        Vector<Scalar> pixel[Places];
#pragma GCC unroll 32
        for (Index p = 0; p < Places; ++p) keep_in_register(pixel[p] = load(pixels + p * step));
#pragma GCC unroll 32
        for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
          for (Index p = 0; p < Places; ++p) sums[o][p] += weights[o] * pixel[p];
      }
    }
  const Index plane = job.out_rows * job.out_columns * block_size;
  Scalar* out = y + (row * job.out_columns + column) * block_size;
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index p = 0; p < Places; ++p) store(out + o * plane + p * block_size) = sums[o][p];
}

/// The columns whose whole kernel lies within the image.
template <class Scalar>
Range inner_columns(const Correlation<Scalar>& job) {
  const Index reach = (job.kernel_columns - 1) * job.dilation;
  const Index begin = -floor_division(-job.x.inner_columns.begin, job.stride);
  const Index end = floor_division(job.x.inner_columns.end - 1 - reach, job.stride) + 1;
  return {std::clamp<Index>(begin, 0, job.out_columns), std::clamp<Index>(end, begin, job.out_columns)};
}

/// At the sides of an image few places at once compute fewer products with the zeros outside.
template <class Scalar, Index Outputs>
void correlate_planes(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b, Scalar* y) {
  constexpr Index most = std::clamp<Index>(most_sums<Scalar> / Outputs, 1, 4);
  constexpr Index few = std::min<Index>(most, 2);
  const Range inner = inner_columns(job);
  for (Index row = 0; row < job.out_rows; ++row)
    for (Index column = 0; column < job.out_columns;) {
      if (column >= inner.begin && column + most <= inner.end) {
        correlate_at<Scalar, Outputs, most>(job, w, b, row, column, y);
        column += most;
      } else if (column + few <= job.out_columns) {
        correlate_at<Scalar, Outputs, few>(job, w, b, row, column, y);
        column += few;
      } else {
        correlate_at<Scalar, Outputs, 1>(job, w, b, row, column, y);
        ++column;
      }
    }
}

/// Calls f with an integral constant equal to n, from 1 to Most.
template <Index Most, class F>
void with_constant(Index n, const F& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (void)((n == static_cast<Index>(I) + 1 &&
            (f(std::integral_constant<Index, static_cast<Index>(I) + 1>()), true)) ||
           ...);
  }
  (std::make_index_sequence<static_cast<std::size_t>(Most)>());
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

/// `weight(o, c, i, j)` is packed with the outputs of a group innermost, as its sums want it.
template <class Scalar, class Weight>
void correlate(const Correlation<Scalar>& job, Index outputs, const Weight& weight, const Scalar* b,
               Scalar* y, Scalar* packed) {
  for_each_group({0, outputs}, most_outputs<Scalar>, [&](Range group) {
    Scalar* next = packed;
    for (Index c = 0; c < job.channels; ++c)
      for (Index i = 0; i < job.kernel_rows; ++i)
        for (Index j = 0; j < job.kernel_columns; ++j)
          for (Index o = group.begin; o < group.end; ++o) *next++ = weight(o, c, i, j);
    with_constant<most_outputs<Scalar>>(group.size(), [&](auto size) {
      correlate_planes<Scalar, size()>(job, packed, b != nullptr ? b + group.begin : nullptr,
                                       y + group.begin * job.out_rows * job.out_columns * block_size);
    });
  });
}

/// Planes copied into larger ones of zeros: pixel (r, c) goes to (r · step + offset, c · step + offset), as
/// far as there is such a place.
struct Spread {
  Index planes, rows, columns;
  Index to_rows, to_columns;
  Index step;
  Index row_offset, column_offset;
};

/// The entries k of n with 0 ≤ k · step + offset < size.
Range landing(Index n, Index step, Index offset, Index size) {
  const Index begin = std::clamp<Index>(-floor_division(offset, step), 0, n);
  return {begin, std::clamp<Index>(floor_division(size - 1 - offset, step) + 1, begin, n)};
}

template <class Scalar>
void spread_out(const Spread& to, const Scalar* x, Scalar* y) {
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

Index padded_numbers(const ConvolutionSizes& sizes) {
  return sizes.how.padding == 0 ? 0
                                : sizes.channels * sizes.padded_rows() * sizes.padded_columns() * block_size;
}

/// One row of a kernel, `Taps` neighbours, for `Outputs` channels: adds the products at some rows of places
/// to a vector for each number, which lie `kernel` vectors apart from channel to channel.
template <class Scalar, Index Outputs, Index Taps>
[[gnu::noinline]] void correlate_taps(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* ybar,
                                      Range rows, Scalar* totals) {
  const Index kernel = sizes.channels * sizes.kernel_rows * sizes.kernel_columns * block_size;
  Vector<Scalar> sums[Outputs][Taps];
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index t = 0; t < Taps; ++t) sums[o][t] = load(totals + o * kernel + t * block_size);
  const Index plane = sizes.out_rows * sizes.out_columns * block_size;
  const Index next = sizes.how.dilation * block_size;
  for (Index r = rows.begin; r < rows.end; ++r) {
    const Scalar* pixels = x + r * sizes.how.stride * sizes.padded_columns() * block_size;
    const Scalar* back = ybar + r * sizes.out_columns * block_size;
    for (Index c = 0; c < sizes.out_columns; ++c) {
      Vector<Scalar> pixel[Taps];
#pragma GCC unroll 32
      for (Index t = 0; t < Taps; ++t) keep_in_register(pixel[t] = load(pixels + t * next));
#pragma GCC unroll 32
      for (Index o = 0; o < Outputs; ++o) {
        const Vector<Scalar> one = load(back + o * plane);
#pragma GCC unroll 32
        for (Index t = 0; t < Taps; ++t) sums[o][t] += one * pixel[t];
      }
      pixels += sizes.how.stride * block_size;
      back += block_size;
    }
  }
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index t = 0; t < Taps; ++t) store(totals + o * kernel + t * block_size) = sums[o][t];
}

constexpr Index most_taps = 5;

/// Bytes of ȳ that are passed over again and again; the other half is left to the image.
constexpr Index first_level_cache = 24 * 1024;

}  // namespace

template <class Scalar>
void convolve_block(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* w, const Scalar* b,
                    Scalar* y, Scalar* scratch) {
  const Index padding = sizes.how.padding;
  const Scalar* image = padded_image(sizes, x, 0, scratch);
  const Correlation<Scalar> job{{image,
                                 sizes.rows,
                                 sizes.padded_columns(),
                                 -padding,
                                 {0, sizes.rows},
                                 {padding, padding + sizes.columns}},
                                sizes.channels,
                                sizes.kernel_rows,
                                sizes.kernel_columns,
                                sizes.how.stride,
                                sizes.how.dilation,
                                sizes.out_rows,
                                sizes.out_columns};
  const auto weight = [&](Index o, Index c, Index i, Index j) {
    return w[((o * sizes.channels + c) * sizes.kernel_rows + i) * sizes.kernel_columns + j];
  };
  correlate(job, sizes.out_channels, weight, b, y, scratch + padded_numbers(sizes));
}

Index convolve_scratch(const ConvolutionSizes& sizes) { return padded_numbers(sizes) + sizes.kernel(); }

template <class Scalar>
void convolve_back_block(const ConvolutionSizes& sizes, const Scalar* w, const Scalar* ybar, Scalar* xbar,
                         Scalar* scratch) {
  const Index row_margin = sizes.how.dilation * (sizes.kernel_rows - 1) - sizes.how.padding;
  const Index column_margin = sizes.how.dilation * (sizes.kernel_columns - 1) - sizes.how.padding;
  const Index stride = sizes.how.stride;
  spread_out({sizes.out_channels, sizes.out_rows, sizes.out_columns, sizes.spread_rows(),
              sizes.spread_columns(), stride, 0, column_margin},
             ybar, scratch);
  const Correlation<Scalar> job{{scratch,
                                 sizes.spread_rows(),
                                 sizes.spread_columns(),
                                 -row_margin,
                                 {0, sizes.spread_rows()},
                                 {column_margin, column_margin + (sizes.out_columns - 1) * stride + 1}},
                                sizes.out_channels,
                                sizes.kernel_rows,
                                sizes.kernel_columns,
                                1,
                                sizes.how.dilation,
                                sizes.rows,
                                sizes.columns};
  const auto turned = [&](Index c, Index o, Index i, Index j) {
    return w[((o * sizes.channels + c) * sizes.kernel_rows + sizes.kernel_rows - 1 - i) *
                 sizes.kernel_columns +
             sizes.kernel_columns - 1 - j];
  };
  correlate<Scalar>(job, sizes.channels, turned, nullptr, xbar,
                    scratch + sizes.out_channels * sizes.spread_rows() * sizes.spread_columns() * block_size);
}

Index convolve_back_scratch(const ConvolutionSizes& sizes) {
  return sizes.out_channels * sizes.spread_rows() * sizes.spread_columns() * block_size + sizes.kernel();
}

template <class Scalar>
void correlate_block(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* ybar, Index examples,
                     Range part, Scalar* wbar, Scalar* scratch) {
  const Scalar* image = padded_image(sizes, x, sizes.how.padding, scratch);
  Scalar* totals = scratch + padded_numbers(sizes);
  const Index kernel = sizes.channels * sizes.kernel_rows * sizes.kernel_columns;
  const Index plane = sizes.out_rows * sizes.out_columns * block_size;

  const auto row_of_kernel = [&](Range rows, Range outputs, Index c, Index i, Range taps) {
    const Scalar* from =
        image + ((c * sizes.padded_rows() + i * sizes.how.dilation) * sizes.padded_columns() +
                 taps.begin * sizes.how.dilation) *
                    block_size;
    with_constant<most_taps>(taps.size(), [&](auto t) {
      constexpr Index most = std::clamp<Index>(most_sums<Scalar> / t(), 1, most_outputs<Scalar>);
      for_each_group(outputs, most, [&](Range group) {
        Scalar* to = totals + ((group.begin - outputs.begin) * kernel +
                               (c * sizes.kernel_rows + i) * sizes.kernel_columns + taps.begin) *
                                  block_size;
        with_constant<most>(group.size(), [&](auto o) {
          correlate_taps<Scalar, o(), t()>(sizes, from, ybar + group.begin * plane, rows, to);
        });
      });
    });
  };
  // So many rows of ȳ, and so few channels of it, that they stay in the first-level cache while every number
  // of the kernel passes over them.
  const Index at_once = std::clamp<Index>(most_sums<Scalar> / std::min(sizes.kernel_columns, most_taps), 1,
                                          most_outputs<Scalar>);
  for_each_group(part, at_once, [&](Range outputs) {
    std::fill_n(totals, outputs.size() * kernel * block_size, Scalar(0));
    const Index row = outputs.size() * sizes.out_columns * block_size * static_cast<Index>(sizeof(Scalar));
    for_each_group({0, sizes.out_rows}, std::max<Index>(1, first_level_cache / row), [&](Range rows) {
      for (Index c = 0; c < sizes.channels; ++c)
        for (Index i = 0; i < sizes.kernel_rows; ++i)
          for_each_group({0, sizes.kernel_columns}, most_taps,
                         [&](Range taps) { row_of_kernel(rows, outputs, c, i, taps); });
    });
    Scalar* to = wbar + (outputs.begin - part.begin) * kernel;
    for (Index k = 0; k < outputs.size() * kernel; ++k) {
      to[k] = Eigen::Map<const Eigen::Array<Scalar, block_size, 1>, Eigen::Aligned64>(totals + k * block_size)
                  .head(examples)
                  .sum();
    }
  });
}

Index correlate_scratch(const ConvolutionSizes& sizes) {
  return padded_numbers(sizes) + std::min(most_outputs<float>, sizes.out_channels) * sizes.channels *
                                     sizes.kernel_rows * sizes.kernel_columns * block_size;
}

template void convolve_block(const ConvolutionSizes&, const float*, const float*, const float*, float*,
                             float*);
template void convolve_block(const ConvolutionSizes&, const double*, const double*, const double*, double*,
                             double*);
template void convolve_back_block(const ConvolutionSizes&, const float*, const float*, float*, float*);
template void convolve_back_block(const ConvolutionSizes&, const double*, const double*, double*, double*);
template void correlate_block(const ConvolutionSizes&, const float*, const float*, Index, Range, float*,
                              float*);
template void correlate_block(const ConvolutionSizes&, const double*, const double*, Index, Range, double*,
                              double*);

}  // namespace gradus
