#pragma once

#include "floor_parts.hpp"
#include "lenet.hpp"

// LeNet's convolutions written by hand for their sizes. All work on a block of sixteen images, innermost: a
// register holds one pixel of all of them. Loops of constant length are unrolled, so that small arrays stay
// in registers.

namespace gradus::bench {

/// Which of the four of a pooling's window was largest, 0 to 3, or that none was above 0.
inline constexpr std::int32_t no_choice = 4;

inline Vec at(const float* p) { return *reinterpret_cast<const Vec*>(p); }
inline Vec& at(float* p) { return *reinterpret_cast<Vec*>(p); }

/// y = max(0, max over 2 × 2 of (w ⋆ x + b)) of `Outputs` channels from `first` on, and which it was: the
/// four places of a window stay in registers, so that what is before the pooling is never in memory. `packed`
/// has the outputs innermost.
template <std::size_t Layer, int Outputs>
void convolve_and_pool(const float* x, const float* packed, const float* bias, float* y,
                       std::int32_t* choices) {
  constexpr LenetConvolution c = lenet_convolutions[Layer];
  constexpr Eigen::Index k = lenet_kernel, n = c.size, pooled = c.pooled();
  for (Eigen::Index row = 0; row < pooled; ++row)
    for (Eigen::Index column = 0; column < pooled; ++column) {
      Vec sums[Outputs][4];
#pragma GCC unroll 16
      for (int o = 0; o < Outputs; ++o)
#pragma GCC unroll 16
        for (int p = 0; p < 4; ++p) sums[o][p] = broadcast(bias[o]);
      const float* w = packed;
      for (Eigen::Index i = 0; i < c.channels; ++i)
        for (Eigen::Index r = 0; r < k; ++r) {
          const float* upper = x + ((i * n + 2 * row + r) * n + 2 * column) * lane_count;
          const float* lower = upper + n * lane_count;
#pragma GCC unroll 5
          for (Eigen::Index t = 0; t < k; ++t, w += Outputs) {
            const Vec pixels[4] = {at(upper + t * lane_count), at(upper + (t + 1) * lane_count),
                                   at(lower + t * lane_count), at(lower + (t + 1) * lane_count)};
#pragma GCC unroll 16
            for (int o = 0; o < Outputs; ++o)
#pragma GCC unroll 16
              for (int p = 0; p < 4; ++p) sums[o][p] += w[o] * pixels[p];
          }
        }
#pragma GCC unroll 16
      for (int o = 0; o < Outputs; ++o) {
        Vec best = {};
        IntVec choice = IntVec{} + no_choice;
#pragma GCC unroll 16
        for (int p = 0; p < 4; ++p) {
          const IntVec larger = sums[o][p] > best;
          best = larger ? sums[o][p] : best;
          choice = larger ? IntVec{} + p : choice;
        }
        const Eigen::Index place = ((o * pooled + row) * pooled + column) * lane_count;
        at(y + place) = best;
        *reinterpret_cast<IntVec*>(choices + place) = choice;
      }
    }
}

/// ȳ before the pooling, of one row of windows of one channel: two rows, from what flows back to the pooled
/// one.
template <std::size_t Layer>
inline void unpool_row(const float* pooled_bar, const std::int32_t* choices, float* two_rows,
                       Eigen::Index distance) {
  constexpr LenetConvolution c = lenet_convolutions[Layer];
  for (Eigen::Index column = 0; column < c.pooled(); ++column) {
    const Vec bar = at(pooled_bar + column * lane_count);
    const IntVec choice = *reinterpret_cast<const IntVec*>(choices + column * lane_count);
#pragma GCC unroll 16
    for (int p = 0; p < 4; ++p)
      at(two_rows + p / 2 * distance + (2 * column + p % 2) * lane_count) =
          choice == IntVec{} + p ? bar : Vec{};
  }
}

/// w̄ of `Outputs` channels, one row of kernel taps of one channel, over `rows` rows of ȳ: added to `totals`,
/// a vector for each number, `distance` floats from channel to channel. Rows of x are `size` pixels.
template <std::size_t Layer, int Outputs>
inline void correlate_rows(const float* x, const float* y_bar, Eigen::Index y_distance, Eigen::Index rows,
                           float* totals, Eigen::Index distance) {
  constexpr LenetConvolution c = lenet_convolutions[Layer];
  constexpr int k = lenet_kernel;
  Vec sums[Outputs][k];
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; ++o)
#pragma GCC unroll 16
    for (int t = 0; t < k; ++t) sums[o][t] = at(totals + o * distance + t * lane_count);
  for (Eigen::Index row = 0; row < rows; ++row) {
    const float* pixels = x + row * c.size * lane_count;
    const float* bars = y_bar + row * c.out_size() * lane_count;
    for (Eigen::Index column = 0; column < c.out_size(); ++column, pixels += lane_count, bars += lane_count) {
      Vec pixel[k];
#pragma GCC unroll 16
      for (int t = 0; t < k; ++t) pixel[t] = at(pixels + t * lane_count);
#pragma GCC unroll 16
      for (int o = 0; o < Outputs; ++o) {
        const Vec bar = at(bars + o * y_distance);
#pragma GCC unroll 16
        for (int t = 0; t < k; ++t) sums[o][t] += bar * pixel[t];
      }
    }
  }
#pragma GCC unroll 16
  for (int o = 0; o < Outputs; ++o)
#pragma GCC unroll 16
    for (int t = 0; t < k; ++t) at(totals + o * distance + t * lane_count) = sums[o][t];
}

/// w̄ of all of a layer's channels, `Outputs` and `rows` rows of ȳ at a time, added to a vector for each
/// number of w.
template <std::size_t Layer, int Outputs>
void correlate(const float* x, const float* y_bar, Eigen::Index rows, float* totals) {
  constexpr LenetConvolution c = lenet_convolutions[Layer];
  constexpr Eigen::Index k = lenet_kernel, row = c.out_size() * lane_count, plane = c.out_size() * row;
  for (Eigen::Index o = 0; o < c.out_channels; o += Outputs)
    for (Eigen::Index at_row = 0; at_row < c.out_size(); at_row += rows)
      for (Eigen::Index i = 0; i < c.channels; ++i)
        for (Eigen::Index r = 0; r < k; ++r)
          correlate_rows<Layer, Outputs>(
              x + (i * c.size + at_row + r) * c.size * lane_count, y_bar + o * plane + at_row * row, plane,
              rows, totals + (((o * c.channels) + i) * k + r) * k * lane_count, c.taps() * lane_count);
}

/// x̄ of the second convolution, two channels and one row at once: every product that is not outside of ȳ and
/// none that is. `packed` has, for each output, kernel row and tap, the weights of the two channels.
inline void convolve_back_row(const float* y_bar, const float* packed, Eigen::Index row, float* x_bar,
                              Eigen::Index x_distance) {
  constexpr LenetConvolution c = lenet_convolutions[1];
  constexpr int k = lenet_kernel, size = c.size, out = c.out_size();
  Vec sums[2][size] = {};
  for (Eigen::Index o = 0; o < c.out_channels; ++o)
    for (Eigen::Index r = std::max<Eigen::Index>(0, row - out + 1); r < std::min<Eigen::Index>(k, row + 1);
         ++r) {
      const float* bars = y_bar + (o * out + row - r) * out * lane_count;
      const float* w = packed + (o * k + r) * k * 2;
#pragma GCC unroll 16
      for (int s = 0; s < out; ++s) {
        const Vec bar = at(bars + s * lane_count);
#pragma GCC unroll 16
        for (int t = 0; t < k; ++t) {
          sums[0][s + t] += w[2 * t] * bar;
          sums[1][s + t] += w[2 * t + 1] * bar;
        }
      }
    }
#pragma GCC unroll 16
  for (int s = 0; s < size; ++s) {
    at(x_bar + s * lane_count) = sums[0][s];
    at(x_bar + x_distance + s * lane_count) = sums[1][s];
  }
}

/// Its kernel as convolve_back_row wants it, pair of channels by pair.
inline void pack_back(const float* w, float* packed) {
  constexpr LenetConvolution c = lenet_convolutions[1];
  constexpr Eigen::Index kernel = lenet_kernel * lenet_kernel;
  for (Eigen::Index pair = 0; pair < c.channels; pair += 2)
    for (Eigen::Index o = 0; o < c.out_channels; ++o)
      for (Eigen::Index tap = 0; tap < kernel; ++tap)
        for (Eigen::Index i = pair; i < pair + 2; ++i) *packed++ = w[o * c.taps() + i * kernel + tap];
}

inline void convolve_back(const float* y_bar, const float* packed, float* x_bar) {
  constexpr LenetConvolution c = lenet_convolutions[1];
  constexpr Eigen::Index plane = c.size * c.size * lane_count;
  for (Eigen::Index i = 0; i < c.channels; i += 2)
    for (Eigen::Index row = 0; row < c.size; ++row)
      convolve_back_row(y_bar, packed + i * c.out_channels * lenet_kernel * lenet_kernel, row,
                        x_bar + i * plane + row * c.size * lane_count, plane);
}

}  // namespace gradus::bench
