#include <gradus/ops/detail/convolve.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <utility>

namespace gradus {
namespace {

template <class Scalar>
using Vector = Eigen::Array<Scalar, block_size, 1>;
template <class Scalar>
using Load = Eigen::Map<const Vector<Scalar>, Eigen::Aligned64>;
template <class Scalar>
using Store = Eigen::Map<Vector<Scalar>, Eigen::Aligned64>;

/// How many vectors of one sum stay in registers together: 32 hold 24 sums, the pixels and a weight, where a
/// vector fills one register.
template <class Scalar>
inline constexpr Index most_sums = sizeof(Scalar) == 4 ? 24 : 8;

/// Images that are convolved, with what lies around them.
template <class Scalar>
struct Source {
  const Scalar* data;
  Index rows;
  Index columns;
  Range inner_rows;  ///< outside of these there are zeros
  Range inner_columns;
};

/// Calls f with the constants 0 … N − 1. Arrays that are only ever indexed by constants stay in registers.
template <Index N, class F>
inline void unrolled(const F& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (f(std::integral_constant<std::size_t, I>()), ...); }
  (std::make_index_sequence<static_cast<std::size_t>(N)>());
}

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
  const Index top = row * job.stride;
  const Index left = column * job.stride;
  const Range rows = taps_inside({top, top + 1}, x.inner_rows, job.dilation, job.kernel_rows);
  const Range columns = taps_inside({left, left + (Places - 1) * job.stride + 1}, x.inner_columns,
                                    job.dilation, job.kernel_columns);
  std::array<Vector<Scalar>, Outputs * Places> sums;
  unrolled<Outputs * Places>([&](auto k) { sums[k].setConstant(b != nullptr ? b[k / Places] : Scalar(0)); });
  const Index step = job.stride * block_size;
  for (Index c = 0; c < job.channels; ++c)
    for (Index i = rows.begin; i < rows.end; ++i) {
      const Scalar* pixels = x.data + (((c * x.rows + top + i * job.dilation) * x.columns) + left +
                                       columns.begin * job.dilation) *
                                          block_size;
      const Scalar* weights = w + ((c * job.kernel_rows + i) * job.kernel_columns + columns.begin) * Outputs;
      for (Index j = columns.begin; j < columns.end; ++j) {
        std::array<Vector<Scalar>, Places> pixel;
        unrolled<Places>([&](auto p) { pixel[p] = Load<Scalar>(pixels + static_cast<Index>(p()) * step); });
        unrolled<Outputs * Places>([&](auto k) { sums[k] += weights[k / Places] * pixel[k % Places]; });
        pixels += job.dilation * block_size;
        weights += Outputs;
      }
    }
  const Index plane = job.out_rows * job.out_columns * block_size;
  Scalar* out = y + (row * job.out_columns + column) * block_size;
  unrolled<Outputs * Places>([&](auto k) {
    constexpr Index o = static_cast<Index>(k()) / Places;
    constexpr Index p = static_cast<Index>(k()) % Places;
    Store<Scalar>(out + o * plane + p * block_size) = sums[k];
  });
}

template <class Scalar, Index Outputs>
void correlate_planes(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b, Scalar* y) {
  constexpr Index at_once = std::clamp<Index>(most_sums<Scalar> / Outputs, 1, 4);
  for (Index row = 0; row < job.out_rows; ++row) {
    Index column = 0;
    for (; column + at_once <= job.out_columns; column += at_once)
      correlate_at<Scalar, Outputs, at_once>(job, w, b, row, column, y);
    for (; column < job.out_columns; ++column) correlate_at<Scalar, Outputs, 1>(job, w, b, row, column, y);
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
  std::fill_n(y, to.planes * to.to_rows * to.to_columns * block_size, Scalar(0));
  for (Index plane = 0; plane < to.planes; ++plane)
    for (Index r = rows.begin; r < rows.end; ++r) {
      const Scalar* from = x + ((plane * to.rows + r) * to.columns + columns.begin) * block_size;
      Scalar* out = y + ((plane * to.to_rows + r * to.step + to.row_offset) * to.to_columns +
                         columns.begin * to.step + to.column_offset) *
                            block_size;
      if (to.step == 1)
        std::copy_n(from, columns.size() * block_size, out);
      else
        for (Index c = 0; c < columns.size(); ++c)
          std::copy_n(from + c * block_size, block_size, out + c * to.step * block_size);
    }
}

/// The image with its padding: itself where there is none.
template <class Scalar>
const Scalar* padded_image(const ConvolutionSizes& sizes, const Scalar* x, Scalar* scratch) {
  const Index padding = sizes.how.padding;
  if (padding == 0) return x;
  spread_out({sizes.channels, sizes.rows, sizes.columns, sizes.padded_rows(), sizes.padded_columns(), 1,
              padding, padding},
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
void correlate_taps(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* ybar, Range rows,
                    Scalar* totals) {
  const Index kernel = sizes.channels * sizes.kernel_rows * sizes.kernel_columns * block_size;
  const auto total = [&](std::size_t k) {
    return totals + static_cast<Index>(k) / Taps * kernel + static_cast<Index>(k) % Taps * block_size;
  };
  std::array<Vector<Scalar>, Outputs * Taps> sums;
  unrolled<Outputs * Taps>([&](auto k) { sums[k] = Load<Scalar>(total(k)); });
  const Index plane = sizes.out_rows * sizes.out_columns * block_size;
  const Index next = sizes.how.dilation * block_size;
  for (Index r = rows.begin; r < rows.end; ++r) {
    const Scalar* pixels = x + r * sizes.how.stride * sizes.padded_columns() * block_size;
    const Scalar* back = ybar + r * sizes.out_columns * block_size;
    for (Index c = 0; c < sizes.out_columns; ++c) {
      std::array<Vector<Scalar>, Taps> pixel;
      unrolled<Taps>([&](auto t) { pixel[t] = Load<Scalar>(pixels + static_cast<Index>(t()) * next); });
      unrolled<Outputs>([&](auto o) {
        const Vector<Scalar> one = Load<Scalar>(back + static_cast<Index>(o()) * plane);
        unrolled<Taps>([&](auto t) { sums[o * Taps + t] += one * pixel[t]; });
      });
      pixels += sizes.how.stride * block_size;
      back += block_size;
    }
  }
  unrolled<Outputs * Taps>([&](auto k) { Store<Scalar>(total(k)) = sums[k]; });
}

constexpr Index most_taps = 5;

/// Bytes of ȳ that are passed over again and again; the other half is left to the image.
constexpr Index first_level_cache = 24 * 1024;

}  // namespace

template <class Scalar>
void convolve_block(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* w, const Scalar* b,
                    Scalar* y, Scalar* scratch) {
  const Index padding = sizes.how.padding;
  const Scalar* image = padded_image(sizes, x, scratch);
  const Correlation<Scalar> job{{image,
                                 sizes.padded_rows(),
                                 sizes.padded_columns(),
                                 {padding, padding + sizes.rows},
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
              sizes.spread_columns(), stride, row_margin, column_margin},
             ybar, scratch);
  const Correlation<Scalar> job{{scratch,
                                 sizes.spread_rows(),
                                 sizes.spread_columns(),
                                 {row_margin, row_margin + (sizes.out_rows - 1) * stride + 1},
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
  const Scalar* image = padded_image(sizes, x, scratch);
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
  // So many rows of ȳ that they stay in the first-level cache while every number of the kernel passes over
  // them.
  for_each_group(part, most_outputs<Scalar>, [&](Range outputs) {
    std::fill_n(totals, outputs.size() * kernel * block_size, Scalar(0));
    const Index row = outputs.size() * sizes.out_columns * block_size * static_cast<Index>(sizeof(Scalar));
    const Index rows_at_once = std::max<Index>(1, first_level_cache / row);
    for (Index r = 0; r < sizes.out_rows; r += rows_at_once)
      for (Index c = 0; c < sizes.channels; ++c)
        for (Index i = 0; i < sizes.kernel_rows; ++i)
          for_each_group({0, sizes.kernel_columns}, most_taps, [&](Range taps) {
            row_of_kernel({r, std::min(r + rows_at_once, sizes.out_rows)}, outputs, c, i, taps);
          });
    Scalar* to = wbar + (outputs.begin - part.begin) * kernel;
    for (Index k = 0; k < outputs.size() * kernel; ++k) {
      Vector<Scalar> sum = Load<Scalar>(totals + k * block_size);
      if (examples < block_size) sum.tail(block_size - examples).setZero();
      to[k] = sum.sum();
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
