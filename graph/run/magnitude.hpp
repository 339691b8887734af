#pragma once

#include <gradus/graph/declare/shape.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace gradus {

/// The bits of |x|, which order magnitudes as the numbers themselves do, with infinity above all and NaN
/// above that: one integer maximum says whether everything is finite, and how large it is.
template <class Scalar>
using Magnitude = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;

template <class Scalar>
constexpr Magnitude<Scalar> magnitude(Scalar x) {
  return std::bit_cast<Magnitude<Scalar>>(x) & (~Magnitude<Scalar>{0} >> 1U);
}

/// max |xᵢ|
template <class Scalar>
Magnitude<Scalar> magnitude(const Scalar* x, Index size) {
  Magnitude<Scalar> result = 0;
  for (Index i = 0; i < size; ++i) result = std::max(result, magnitude(x[i]));
  return result;
}

template <class Scalar>
constexpr bool is_finite(Magnitude<Scalar> m) {
  return m < magnitude(std::numeric_limits<Scalar>::infinity());
}

/// Up to here W − s Σ aᵢ bᵢ is finite for every finite W: with all of s, a and b below 2ᵐ and fewer than 2ⁿ
/// terms, the sum stays below 2³ᵐ⁺ⁿ, and what is below half a unit in the last place of the largest number
/// takes no number beyond it. In float 3 · 24 + 27 < 103, in double 3 · 300 + 60 < 970.
template <class Scalar>
constexpr bool is_moderate(Magnitude<Scalar> m) {
  return m < magnitude(sizeof(Scalar) == 4 ? static_cast<Scalar>(0x1p24) : static_cast<Scalar>(0x1p300));
}

}  // namespace gradus
