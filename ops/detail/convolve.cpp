#include <gradus/ops/detail/convolve.hpp>
#include <gradus/ops/detail/convolve_tools.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace gradus {
namespace {

/// Images that are convolved, with what lies around them.
template <class Scalar>
struct Source {
  const Scalar* data;
  Index rows;
  Index columns;
  Index first_row;      ///< of these, which the first row of results begins at; below 0 with a margin above
  Range inner_rows;     ///< outside of these there are zeros
  Range inner_columns;  ///< likewise, counted from where the first column of results begins
};

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

  /// The same of the images from this lane of their blocks on.
  Correlation from(Index lane) const {
    Correlation result = *this;
    result.x.data += lane;
    return result;
  }
};

/// Each of the sums of `Outputs` channels at `Places` columns begins with its channel's bias, if any.
template <class Scalar, Index Outputs, Index Places>
[[gnu::always_inline]] inline void begin_sums(Vector<Scalar> (&sums)[Outputs][Places], const Scalar* b) {
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index p = 0; p < Places; ++p) sums[o][p] = Vector<Scalar>{} + (b != nullptr ? b[o] : Scalar(0));
}

/// And is written to its place in the planes of y.
template <class Scalar, Index Outputs, Index Places>
[[gnu::always_inline]] inline void end_sums(const Vector<Scalar> (&sums)[Outputs][Places],
                                            const Correlation<Scalar>& job, Index row, Index column,
                                            Scalar* y) {
  const Index plane = job.out_rows * job.out_columns * block_size;
  Scalar* out = y + (row * job.out_columns + column) * block_size;
#pragma GCC unroll 32
  for (Index o = 0; o < Outputs; ++o)
#pragma GCC unroll 32
    for (Index p = 0; p < Places; ++p) store(out + o * plane + p * block_size) = sums[o][p];
}

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
  begin_sums<Scalar, Outputs, Places>(sums, b);
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
  end_sums<Scalar, Outputs, Places>(sums, job, row, column, y);
}

/// As many pixels outside of the image as there happen to be.
constexpr Index any_margin = -1;

/// The same for neighbouring entries of a kernel and of the image, pixel by pixel: each is loaded once, and
/// one outside of the image is left out, so that it takes no margin of zeros. For every sum the order is the
/// same. `Margin`: so many pixels are outside on either side, or any_margin.
template <class Scalar, Index Outputs, Index Places, Index Taps, Index Margin>
[[gnu::noinline]] void correlate_near(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b,
                                      Index row, Index column, Scalar* y) {
  const Source<Scalar>& x = job.x;
  const Index top = row + x.first_row;
  const Index left = column - x.inner_columns.begin;
  const Range rows = taps_inside({top, top + 1}, x.inner_rows, 1, job.kernel_rows);
  const Scalar* const data = x.data;
  std::uint32_t inside = 0;
  for (Index s = 0; s < Places + Taps - 1; ++s)
    if (left + s >= 0 && left + s < x.columns) inside |= 1U << s;
  Vector<Scalar> sums[Outputs][Places];
  begin_sums<Scalar, Outputs, Places>(sums, b);
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
  end_sums<Scalar, Outputs, Places>(sums, job, row, column, y);
}

/// A row in strips of `Places` columns. The last one ends with the row, and may compute some columns again.
template <class Scalar, Index Outputs, Index Places, Index Taps>
void correlate_near_planes(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b, Scalar* y) {
  for (Index row = 0; row < job.out_rows; ++row)
    for (Index strip = 0; strip < job.out_columns; strip += Places) {
      const Index column = std::min(strip, job.out_columns - Places);
      const Index left = column - job.x.inner_columns.begin;
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

/// The columns whose whole kernel lies within the image.
template <class Scalar>
Range inner_columns(const Correlation<Scalar>& job) {
  const Index reach = (job.kernel_columns - 1) * job.dilation;
  const Index begin =
      std::clamp<Index>(-floor_division(-job.x.inner_columns.begin, job.stride), 0, job.out_columns);
  const Index end = floor_division(job.x.inner_columns.end - 1 - reach, job.stride) + 1;
  return {begin, std::clamp<Index>(end, begin, job.out_columns)};
}

/// At the sides of an image few places at once compute fewer products with the zeros outside.
template <class Scalar, Index Outputs>
void correlate_planes(const Correlation<Scalar>& job, const Scalar* w, const Scalar* b, Scalar* y) {
  constexpr Index most = std::clamp<Index>(most_sums / Outputs, 1, 4);
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

/// What near kernels there are: for rows of so many neighbouring entries, and so many columns at once.
using NearTaps = std::integer_sequence<Index, 3, 5>;
using NearPlaces = std::integer_sequence<Index, 4, 7, 8, 12>;

template <Index... Each>
constexpr bool is_one_of(Index n, std::integer_sequence<Index, Each...> /*numbers*/) {
  return ((n == Each) || ...);
}

/// Of NearPlaces that number which computes fewest columns twice, the largest where several do. There are at
/// least so many columns as the first says.
Index places_at_once(Index columns) {
  return []<Index First, Index... More>(Index all, std::integer_sequence<Index, First, More...> /*places*/) {
    const auto computed = [all](Index places) { return (all + places - 1) / places * places; };
    Index best = First;
    ((More <= all && computed(More) <= computed(best) ? void(best = More) : void()), ...);
    return best;
  }
  (columns, NearPlaces());
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
      return with_one_of(places_at_once(job.out_columns), NearPlaces(), [&](auto places) {
        constexpr Index most = most_sums / places();
        for_each_group({0, outputs}, most, [&](Range group) {
          pack(group);
          with_one_of(job.kernel_columns, NearTaps(), [&](auto taps) {
            with_constant<most>(group.size(), [&](auto size) {
              for_each_slice<Scalar, block_size>([&](Index lane) {
                correlate_near_planes<Scalar, size(), places(), taps()>(job.from(lane), packed, bias(group),
                                                                        out(group) + lane);
              });
            });
          });
        });
      });
  for_each_group({0, outputs}, most_outputs<Scalar>, [&](Range group) {
    pack(group);
    with_constant<most_outputs<Scalar>>(group.size(), [&](auto size) {
      for_each_slice<Scalar, block_size>([&](Index lane) {
        correlate_planes<Scalar, size()>(job.from(lane), packed, bias(group), out(group) + lane);
      });
    });
  });
}

/// Whether there are near kernels: for those that convolutional networks mostly have, of neighbouring columns
/// of neighbouring pixels.
template <class Scalar>
bool near(const ConvolutionSizes& sizes, Index out_columns) {
  return sizeof(Scalar) == 4 && sizes.how.stride == 1 && sizes.how.dilation == 1 && out_columns >= 4 &&
         is_one_of(sizes.kernel_columns, NearTaps());
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

template void convolve_block(const ConvolutionSizes&, const float*, const float*, const float*, float*,
                             float*);
template void convolve_block(const ConvolutionSizes&, const double*, const double*, const double*, double*,
                             double*);
template void convolve_back_block(const ConvolutionSizes&, const float*, const float*, float*, float*);
template void convolve_back_block(const ConvolutionSizes&, const double*, const double*, double*, double*);
}  // namespace gradus
