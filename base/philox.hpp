#pragma once

#include <Random123/philox.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

namespace gradus {

/// Random numbers as a function of (seed, stream, index): the k-th draw is word k mod 4 of Philox4x32-10
/// under the key `seed` at the counter (⌊k/4⌋, stream, index), so that example `index` gets the same numbers
/// in any order, on any number of threads and after any resume. Salmon, Moraes, Dror, Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3" (2011).
///
/// Only sources include this header, so that users of the library need not have Random123.
class Philox {
 public:
  Philox(std::uint64_t seed, std::uint32_t stream, std::uint64_t index)
      : key_{{low(seed), high(seed)}}, counter_{{0, stream, low(index), high(index)}} {}

  std::uint32_t next() {
    if (used_ == 4) {
      block_ = philox4x32(counter_, key_);
      ++counter_.v[0];
      used_ = 0;
    }
    return block_.v[used_++];
  }

  /// The same as a call of next() for each of the numbers: most of them sixteen blocks of Philox at a time,
  /// in a loop that compilers make vector instructions of.
  void next(std::span<std::uint32_t> numbers) {
    std::size_t at = 0;
    while (at < numbers.size() && used_ != 4) numbers[at++] = next();
    for (; at + at_once <= numbers.size(); at += at_once) next_blocks(&numbers[at]);
    while (at < numbers.size()) numbers[at++] = next();
  }

  /// Uniform on 0 … n − 1, without bias: Lemire, "Fast random integer generation in an interval" (2019).
  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = std::uint64_t{next()} * n;
    if (low(product) < n) {
      const std::uint32_t threshold = (0u - n) % n;
      while (low(product) < threshold) product = std::uint64_t{next()} * n;
    }
    return high(product);
  }

  /// Uniform on [from, to).
  double uniform(double from = 0, double to = 1) { return from + (to - from) * next() * 0x1p-32; }

  /// Normal with mean 0 and deviation 1 (Box and Muller 1958).
  double normal() {
    const double radius = std::sqrt(-2 * std::log((next() + 1.0) * 0x1p-32));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  static constexpr std::size_t at_once = 64;

  void next_blocks(std::uint32_t* numbers) {
    constexpr std::uint32_t blocks = at_once / 4;
    std::uint32_t words[4][blocks];
    for (std::uint32_t i = 0; i < blocks; ++i) {
      philox4x32_ctr_t block = counter_;
      block.v[0] += i;
      block = philox4x32(block, key_);
      for (std::size_t w = 0; w < 4; ++w) words[w][i] = block.v[w];
    }
    counter_.v[0] += blocks;
    for (std::uint32_t i = 0; i < blocks; ++i)
      for (std::size_t w = 0; w < 4; ++w) numbers[4 * i + w] = words[w][i];
  }

  static std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
  static std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

  philox4x32_key_t key_;
  philox4x32_ctr_t counter_;
  philox4x32_ctr_t block_{};
  unsigned used_ = 4;
};

}  // namespace gradus
