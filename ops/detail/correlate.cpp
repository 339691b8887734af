#include <gradus/ops/detail/convolve.hpp>
#include <gradus/ops/detail/convolve_tools.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

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
  constexpr Index lanes = sizeof...(L);
  const Vector<Scalar> straight = __builtin_shufflevector(a, b, ((L & Half) != 0 ? lanes + L : L)...);
  const Vector<Scalar> crossed =
      __builtin_shufflevector(a, b, ((L & Half) != 0 ? lanes + (L ^ Half) : L ^ Half)...);
  a = straight + crossed;
}

/// Folds `Half` pairs of vectors, then half as many, until lane l of the first has the sum of vector l.
template <class Scalar, Index Half>
void fold_all(Vector<Scalar>* v) {
#pragma GCC unroll 8
  for (Index i = 0; i < Half; ++i)
    fold<Scalar, Half>(v[i], v[i + Half], std::make_index_sequence<slice_lanes<Scalar, block_size>>());
  if constexpr (Half > 1) fold_all<Scalar, Half / 2>(v);
}

/// The sum of the slices of a block: of the first half and of the second, of those likewise.
template <class Scalar, Index Lanes = block_size>
Vector<Scalar> sum_of_slices(const Scalar* x) {
  if constexpr (Lanes == slice_lanes<Scalar, block_size>)
    return load(x);
  else
    return sum_of_slices<Scalar, Lanes / 2>(x) + sum_of_slices<Scalar, Lanes / 2>(x + Lanes / 2);
}

/// y[k] = Σ x[k · block_size + e] over the first examples e. As many sums at once as a register holds cost
/// three instructions each.
template <class Scalar>
void sums_over_examples(const Scalar* x, Index count, Index examples, Scalar* y) {
  constexpr Index lanes = slice_lanes<Scalar, block_size>;
  Index k = 0;
  if (examples == block_size)
    for (; k + lanes <= count; k += lanes) {
      Vector<Scalar> v[lanes];
#pragma GCC unroll 16
      for (Index i = 0; i < lanes; ++i) v[i] = sum_of_slices(x + (k + i) * block_size);
      fold_all<Scalar, lanes / 2>(v);
      for (Index i = 0; i < lanes; ++i) y[k + i] = v[0][i];
    }
  for (; k < count; ++k)
    y[k] = Eigen::Map<const Eigen::Array<Scalar, block_size, 1>, Eigen::Aligned64>(x + k * block_size)
               .head(examples)
               .sum();
}

constexpr Index most_taps = 5;

/// Bytes of ȳ that are passed over again and again; the other half is left to the image.
constexpr Index first_level_cache = 32 * 1024;

}  // namespace

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
    Scalar* to = totals + ((c * sizes.kernel_rows + i) * sizes.kernel_columns + taps.begin) * block_size;
    with_constant<most_taps>(taps.size(), [&](auto t) {
      constexpr Index most = std::clamp<Index>(most_sums / t(), 1, most_outputs<Scalar>);
      with_constant<most>(outputs.size(), [&](auto o) {
        for_each_slice<Scalar, block_size>([&](Index lane) {
          correlate_taps<Scalar, o(), t()>(sizes, from + lane, ybar + outputs.begin * plane + lane, rows,
                                           to + lane);
        });
      });
    });
  };
  // So many rows of ȳ, and so few channels of it, that they stay in the first-level cache while every number
  // of the kernel passes over them.
  const Index at_once =
      std::clamp<Index>(most_sums / std::min(sizes.kernel_columns, most_taps), 1, most_outputs<Scalar>);
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

template void correlate_block(const ConvolutionSizes&, const float*, const float*, Index, Range, float*,
                              float*);
template void correlate_block(const ConvolutionSizes&, const double*, const double*, Index, Range, double*,
                              double*);

}  // namespace gradus
