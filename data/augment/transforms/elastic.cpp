#include <gradus/base/philox.hpp>
#include <gradus/base/vector_registers.hpp>
#include <gradus/data/augment/transforms/elastic.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace gradus::data {
namespace {

/// Neighbouring results that are computed together, in vector registers.
constexpr std::size_t lanes = 32;

std::size_t whole_lanes(std::size_t size) { return (size + lanes - 1) / lanes * lanes; }

/// exp(−k² / 2σ²) for k = −radius … radius, divided by their sum before they are cut off at the image's size.
class Gaussian {
 public:
  Gaussian(double sigma, std::size_t longest) {
    const auto weight = [sigma](std::size_t k) {
      const double z = static_cast<double>(k) / sigma;
      return std::exp(-z * z / 2);
    };
    const auto full = static_cast<std::size_t>(std::ceil(3 * sigma));
    double sum = 1;
    for (std::size_t k = 1; k <= full; ++k) sum += 2 * weight(k);
    radius = std::min({full, longest - 1, weights.size() / 2});
    for (std::size_t k = 0; k <= radius; ++k)
      weights[radius - k] = weights[radius + k] = static_cast<float>(weight(k) / sum);
  }

  /// Σ_k w_k in[k · stride + lane] for each lane.
  std::array<float, lanes> at(const float* in, std::size_t stride) const {
    typedef float Register __attribute__((vector_size(vector_register_bytes), aligned(4), may_alias));
    constexpr std::size_t width = vector_register_bytes / sizeof(float);
    Register sums[lanes / width]{};
    for (std::size_t k = 0; k <= 2 * radius; ++k) {
      const float* row = in + k * stride;
#pragma GCC unroll 8
      for (std::size_t i = 0; i < lanes / width; ++i)
        sums[i] += weights[k] * *reinterpret_cast<const Register*>(row + i * width);
    }
    return std::bit_cast<std::array<float, lanes>>(sums);
  }

  std::size_t radius = 0;
  std::array<float, 601> weights{};
};

/// The noise of one direction, with a border of zeros above and below, on its way through both filters.
class Smoothing {
 public:
  Smoothing(const Gaussian& gaussian, Warp& warp)
      : gaussian_(gaussian),
        rows_(warp.rows()),
        cols_(warp.cols()),
        width_(whole_lanes(cols_)),
        stride_(whole_lanes(width_ + 2 * gaussian.radius)),
        noise_(warp.first_scratch((rows_ + 2 * gaussian.radius) * 2 * width_)),
        upright_(warp.second_scratch(rows_ * stride_)) {}

  /// Uniform on ±1, two numbers of 16 bits from each word: one for x and one for y.
  void draw(Philox& random) {
    constexpr float half = 32767.5f;
    std::vector<std::uint32_t> words(rows_ * cols_);
    random.next(words);
    for (std::size_t row = 0; row < rows_; ++row) {
      const std::uint32_t* word = &words[row * cols_];
      float* x = &noise_[(row + gaussian_.radius) * 2 * width_];
      float* y = x + width_;
      for (std::size_t col = 0; col < cols_; ++col) {
        x[col] = (static_cast<float>(static_cast<int>(word[col] & 0xffff)) - half) / half;
        y[col] = (static_cast<float>(static_cast<int>(word[col] >> 16)) - half) / half;
      }
    }
  }

  /// Adds α times the smoothed noise of a direction, 0 for x and 1 for y.
  void add_to(std::span<float> field, std::size_t direction, float alpha) {
    const std::size_t noise_stride = 2 * width_;
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t col = 0; col < cols_; col += lanes) {
        const auto sums = gaussian_.at(&noise_[row * noise_stride + direction * width_ + col], noise_stride);
        std::ranges::copy(sums, &upright_[row * stride_ + gaussian_.radius + col]);
      }
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t col = 0; col < cols_; col += lanes) {
        const auto sums = gaussian_.at(&upright_[row * stride_ + col], 1);
        float* out = &field[row * cols_ + col];
        for (std::size_t lane = 0; lane < std::min(lanes, cols_ - col); ++lane)
          out[lane] += alpha * sums[lane];
      }
  }

 private:
  const Gaussian& gaussian_;
  std::size_t rows_, cols_;
  std::size_t width_;   ///< of a row of noise
  std::size_t stride_;  ///< of a row with a border of zeros on both sides
  std::span<float> noise_, upright_;
};

}  // namespace

void Elastic::warp(Warp& warp, Philox& random) const {
  const Gaussian gaussian(sigma, std::max(warp.rows(), warp.cols()));
  Smoothing smoothing(gaussian, warp);
  smoothing.draw(random);
  const Warp::Field field = warp.bend();
  smoothing.add_to(field.x, 0, static_cast<float>(alpha));
  smoothing.add_to(field.y, 1, static_cast<float>(alpha));
}

}  // namespace gradus::data
