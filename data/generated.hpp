#pragma once

#include <gradus/data/dataset.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace gradus::data {

inline constexpr std::size_t digit_side = 28;
using DigitImage = std::array<std::uint8_t, digit_side * digit_side>;

/// How many digits to draw, and from which seed.
struct GeneratedOptions {
  std::uint64_t seed = 1;
  std::size_t train = 60000;
  std::size_t test = 10000;
};

/// Handwritten-like digits, 28×28, white on black, drawn from strokes: splines through jittered points,
/// slanted, turned, bent and scaled at random, with a pen of random width and some noise. Digit i of either
/// part is a function of (seed, part, i) alone, whatever the counts. Digits 10k … 10k + 9 hold each class
/// once, in a random order. For use where no real data can be had: `source` is `generated`.
TrainTest generated_digits(const GeneratedOptions& options = {});

/// One such digit: the image of class `label` (0 … 9) that (seed, stream, index) determine.
DigitImage draw_digit(int label, std::uint64_t seed, std::uint32_t stream, std::uint64_t index);

}  // namespace gradus::data
