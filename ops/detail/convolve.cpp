#include <gradus/ops/detail/convolve.hpp>
#include <gradus/ops/detail/side_by_side.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace gradus {
namespace {

/// One number of every image of a block.
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

/// How many vectors of one sum stay in registers together: 32 hold 24 sums, the pixels and a weight, where a
/// vector fills one register.
template <class Scalar>
inline constexpr Index most_sums = sizeof(Scalar) == 4 ? 24 : 8;

/// A number that is used many times stays in its register. GCC would read it from memory at each use, which
/// two loads a cycle do not keep up with.
template <class Scalar>
void keep_in_register([[maybe_unused]] Vector<Scalar>& v) {
#ifdef __AVX512F__
  if constexpr (sizeof(v) == 64) asm("" : "+v"(v));
#endif
}

/// Images that are convolved, with what lies around them.
template <class Scalar>
struct Source {
  const Scalar* data;
  Index rows;
  Index columns;
  Index first_row;     ///< of these, which the first row of results begins at; below 0 with a margin above
  Index first_column;  ///< likewise
  Range inner_rows;    ///< outside of these there are zeros
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
  bool near;  ///< as near() says, and x without margins
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
        for (Index p = 0; p < Places; ++p) keep_in_register<Scalar>(pixel[p] = load(pixels + p * step));
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

/// As many as there happen to be.
constexpr Index any_margin = -1;

/// The same for neighbouring entries of a kernel and of the image, pixel by pixel: each is loaded once, and
/// one outside of the image is left out, so that it takes no margin of zeros. For every sum the order is the
/// same. `Inside`: none is outside.
template <class Scalar, Index Outputs, Index Places, Index Taps, Index Margin>
[[gnu::noinline]] void correlate_near(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b,
                                      Index row, Index column, Scalar* y) {
  const Source<Scalar>& x = job.x;
  const Index top = row + x.first_row;
  const Index left = column + x.first_column;
  const Range rows = taps_inside({top, top + 1}, x.inner_rows, 1, job.kernel_rows);
  const Scalar* const data = x.data;
  std::uint32_t inside = 0;
  for (Index s = 0; s < Places + Taps - 1; ++s)
    if (left + s >= 0 && left + s < x.columns) inside |= 1U << s;
  Vector<Scalar> sums[Outputs][Places];
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index p = 0; p < Places; ++p) sums[o][p] = Vector<Scalar>{} + (b != nullptr ? b[o] : Scalar(0));
  for (Index c = 0; c < job.channels; ++c)
    for (Index i = rows.begin; i < rows.end; ++i) {
      const Index first = (c * x.rows + top + i) * x.columns + left;
      const Scalar* weights = w + (c * job.kernel_rows + i) * Taps * Outputs;
#pragma GCC unroll 32
      for (Index s = 0; s < Places + Taps - 1; ++s) {
        if (Margin == any_margin ? (inside >> s & 1U) == 0 : s < Margin || s >= Places + Taps - 1 - Margin)
          continue;
        Vector<Scalar> pixel = load(data + (first + s) * block_size);
        keep_in_register<Scalar>(pixel);
#pragma GCC unroll 32
        for (Index p = 0; p < Places; ++p) {
          if (s - p < 0 || s - p >= Taps) continue;
#pragma GCC unroll 32
          for (Index o = 0; o < Outputs; ++o) sums[o][p] += weights[(s - p) * Outputs + o] * pixel;
        }
      }
    }
  const Index plane = job.out_rows * job.out_columns * block_size;
  Scalar* out = y + (row * job.out_columns + column) * block_size;
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index p = 0; p < Places; ++p) store(out + o * plane + p * block_size) = sums[o][p];
}

/// A row in strips of `Places` columns. The last one ends with the row, and may compute some columns again.
template <class Scalar, Index Outputs, Index Places, Index Taps>
void correlate_near_planes(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b, Scalar* y) {
  for (Index row = 0; row < job.out_rows; ++row)
    for (Index strip = 0; strip < job.out_columns; strip += Places) {
      const Index column = std::min(strip, job.out_columns - Places);
      const Index left = column + job.x.first_column;
      const Index right = job.x.columns - (left + Places + Taps - 1);
      const auto compute = [&](auto margin) {
        correlate_near<Scalar, Outputs, Places, Taps, margin()>(job, w, b, row, column, y);
      };
      if (left >= 0 && right >= 0)
        compute(std::integral_constant<Index, 0>());
      else if (left == right && left == -(Taps - 1))
        compute(std::integral_constant<Index, Taps - 1>());
      else if (left == right && left == -(Taps - 1) / 2)
        compute(std::integral_constant<Index, (Taps - 1) / 2>());
      else
        compute(std::integral_constant<Index, any_margin>());
    }
}

/// How many columns at once: as few as possible twice, and then as many as possible.
Index places_at_once(Index columns) {
  Index best = 4;
  for (const Index places : {7, 8, 12})
    if (places <= columns && (columns + places - 1) / places * places <= (columns + best - 1) / best * best)
      best = places;
  return best;
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

/// Calls f with Places and Taps for the near kernels.
template <class F>
void with_near_sizes(Index places, Index taps, const F& f) {
  const auto with_taps = [&](auto p) {
    if (taps == 3)
      f(p, std::integral_constant<Index, 3>());
    else
      f(p, std::integral_constant<Index, 5>());
  };
  if (places == 12)
    with_taps(std::integral_constant<Index, 12>());
  else if (places == 8)
    with_taps(std::integral_constant<Index, 8>());
  else if (places == 7)
    with_taps(std::integral_constant<Index, 7>());
  else
    with_taps(std::integral_constant<Index, 4>());
}

/// Where the weight of output o, channel c, kernel row i and column j is: first + o · output + c · channel +
/// i · row + j · column.
template <class Scalar>
struct Weights {
  const Scalar* first;
  Index output, channel, row, column;
};

/// The weights are packed with the outputs of a group innermost, as its sums want it.
template <class Scalar>
void correlate(const Correlation<Scalar>& job, Index outputs, const Weights<Scalar>& w, const Scalar* b,
               Scalar* y, Scalar* packed) {
  const auto pack = [&](Range group) {
    Scalar* next = packed;
    for (Index c = 0; c < job.channels; ++c)
      for (Index i = 0; i < job.kernel_rows; ++i) {
        const Scalar* from = w.first + group.begin * w.output + c * w.channel + i * w.row;
        for (Index j = 0; j < job.kernel_columns; ++j, from += w.column)
          for (Index o = 0; o < group.size(); ++o) *next++ = from[o * w.output];
      }
  };
  const auto bias = [&](Range group) { return b != nullptr ? b + group.begin : nullptr; };
  const auto out = [&](Range group) { return y + group.begin * job.out_rows * job.out_columns * block_size; };
  if constexpr (sizeof(Scalar) == 4)
    if (job.near)
      return with_near_sizes(places_at_once(job.out_columns), job.kernel_columns, [&](auto p, auto t) {
        constexpr Index most = most_sums<Scalar> / p();
        for_each_group({0, outputs}, most, [&](Range group) {
          pack(group);
          with_constant<most>(group.size(), [&](auto size) {
            correlate_near_planes<Scalar, size(), p(), t()>(job, packed, bias(group), out(group));
          });
        });
      });
  for_each_group({0, outputs}, most_outputs<Scalar>, [&](Range group) {
    pack(group);
    with_constant<most_outputs<Scalar>>(group.size(), [&](auto size) {
      correlate_planes<Scalar, size()>(job, packed, bias(group), out(group));
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
      for (Index t = 0; t < Taps; ++t) keep_in_register<Scalar>(pixel[t] = load(pixels + t * next));
#pragma GCC unroll 32
      for (Index o = 0; o < Outputs; ++o) {
        Vector<Scalar> one = load(back + o * plane);
        keep_in_register<Scalar>(one);
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

/// a[l] ← a[l] + a[l ⊕ Half] in the lanes l that have no bit Half, and the same of b in those that have.
template <class Scalar, Index Half, std::size_t... L>
void fold(Vector<Scalar>& a, const Vector<Scalar>& b, std::index_sequence<L...> /*lanes*/) {
  const Vector<Scalar> straight = __builtin_shufflevector(a, b, ((L & Half) != 0 ? block_size + L : L)...);
  const Vector<Scalar> crossed =
      __builtin_shufflevector(a, b, ((L & Half) != 0 ? block_size + (L ^ Half) : L ^ Half)...);
  a = straight + crossed;
}

/// Folds `Half` pairs of vectors, then half as many, until lane l of the first has the sum of vector l.
template <class Scalar, Index Half = block_size / 2>
void fold_all(Vector<Scalar>* v) {
#pragma GCC unroll 8
  for (Index i = 0; i < Half; ++i)
    fold<Scalar, Half>(v[i], v[i + Half], std::make_index_sequence<block_size>());
  if constexpr (Half > 1) fold_all<Scalar, Half / 2>(v);
}

/// y[k] = Σ x[k · block_size + e] over the first examples e. Sixteen sums at once cost three instructions
/// each.
template <class Scalar>
void sums_over_examples(const Scalar* x, Index count, Index examples, Scalar* y) {
  Index k = 0;
  if (examples == block_size)
    for (; k + block_size <= count; k += block_size) {
      Vector<Scalar> v[block_size];
#pragma GCC unroll 16
      for (Index i = 0; i < block_size; ++i) v[i] = load(x + (k + i) * block_size);
      fold_all<Scalar>(v);
      for (Index i = 0; i < block_size; ++i) y[k + i] = v[0][i];
    }
  for (; k < count; ++k)
    y[k] = Eigen::Map<const Eigen::Array<Scalar, block_size, 1>, Eigen::Aligned64>(x + k * block_size)
               .head(examples)
               .sum();
}

constexpr Index most_taps = 5;

/// Bytes of ȳ that are passed over again and again; the other half is left to the image.
constexpr Index first_level_cache = 32 * 1024;

/// The kernels that convolutional networks mostly have: 3 or 5 neighbouring columns of neighbouring pixels.
template <class Scalar>
bool near(const ConvolutionSizes& sizes, Index out_columns) {
  return sizeof(Scalar) == 4 && sizes.how.stride == 1 && sizes.how.dilation == 1 && out_columns >= 4 &&
         (sizes.kernel_columns == 3 || sizes.kernel_columns == 5);
}

}  // namespace

template <class Scalar>
void convolve_block(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* w, const Scalar* b,
                    Scalar* y, Scalar* scratch) {
  const Index padding = sizes.how.padding;
  const bool direct = near<Scalar>(sizes, sizes.out_columns);
  const Scalar* image = direct ? x : padded_image(sizes, x, 0, scratch);
  const Correlation<Scalar> job{{image,
                                 sizes.rows,
                                 direct ? sizes.columns : sizes.padded_columns(),
                                 -padding,
                                 -padding,
                                 {0, sizes.rows},
                                 {padding, padding + sizes.columns}},
                                sizes.channels,
                                sizes.kernel_rows,
                                sizes.kernel_columns,
                                sizes.how.stride,
                                sizes.how.dilation,
                                sizes.out_rows,
                                sizes.out_columns,
                                direct};
  const Index plane = sizes.kernel_rows * sizes.kernel_columns;
  const Weights<Scalar> weights{w, sizes.channels * plane, plane, sizes.kernel_columns, 1};
  correlate(job, sizes.out_channels, weights, b, y, scratch + padded_numbers(sizes));
}

Index convolve_scratch(const ConvolutionSizes& sizes) { return padded_numbers(sizes) + sizes.kernel(); }

template <class Scalar>
void convolve_back_block(const ConvolutionSizes& sizes, const Scalar* w, const Scalar* ybar, Scalar* xbar,
                         Scalar* scratch) {
  const Index row_margin = sizes.how.dilation * (sizes.kernel_rows - 1) - sizes.how.padding;
  const Index column_margin = sizes.how.dilation * (sizes.kernel_columns - 1) - sizes.how.padding;
  const Index stride = sizes.how.stride;
  const bool direct = near<Scalar>(sizes, sizes.columns);
  if (!direct)
    spread_out({sizes.out_channels, sizes.out_rows, sizes.out_columns, sizes.spread_rows(),
                sizes.spread_columns(), stride, 0, column_margin},
               ybar, scratch);
  const Correlation<Scalar> job{{direct ? ybar : scratch,
                                 sizes.spread_rows(),
                                 direct ? sizes.out_columns : sizes.spread_columns(),
                                 -row_margin,
                                 -column_margin,
                                 {0, sizes.spread_rows()},
                                 {column_margin, column_margin + (sizes.out_columns - 1) * stride + 1}},
                                sizes.out_channels,
                                sizes.kernel_rows,
                                sizes.kernel_columns,
                                1,
                                sizes.how.dilation,
                                sizes.rows,
                                sizes.columns,
                                direct};
  const Index plane = sizes.kernel_rows * sizes.kernel_columns;
  const Weights<Scalar> turned{w + plane - 1, plane, sizes.channels * plane, -sizes.kernel_columns, -1};
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
    sums_over_examples(totals, outputs.size() * kernel, examples, to);
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
