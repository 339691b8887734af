#pragma once

#include <gradus/base/vector_registers.hpp>
#include <gradus/graph/declare/tensor.hpp>

#include <algorithm>

namespace gradus {

/// Of `Lanes` numbers side by side, one or those of a block of examples, so many are computed at once: as
/// many as a register holds. Compilers handle wider vectors number by number.
template <class Scalar, Index Lanes>
constexpr Index slice_lanes = std::min<Index>(Lanes, vector_register_bytes / sizeof(Scalar));

/// Such a slice, as a value of the compiler's vector extensions, of GCC and Clang: comparisons make masks,
/// `mask ? a : b` chooses lane by lane, and arrays of a constant size stay in registers where Eigen's would
/// end up on the stack.
template <class Scalar, Index Lanes>
struct SideBySide {
  using Value = Scalar;
};
template <>
struct SideBySide<float, block_size> {
  typedef float Value
      __attribute__((vector_size(vector_register_bytes), aligned(vector_register_bytes), may_alias));
};
template <>
struct SideBySide<double, block_size> {
  typedef double Value
      __attribute__((vector_size(vector_register_bytes), aligned(vector_register_bytes), may_alias));
};
template <class Scalar, Index Lanes>
using Pixels = typename SideBySide<Scalar, Lanes>::Value;

/// Calls f(lane) for the first lane of each slice.
template <class Scalar, Index Lanes, class F>
[[gnu::always_inline]] inline void for_each_slice(const F& f) {
#pragma GCC unroll 8
  for (Index lane = 0; lane < Lanes; lane += slice_lanes<Scalar, Lanes>) f(lane);
}

/// The slice of pixel `at` that begins at the lane which `plane` points to.
template <class Scalar, Index Lanes>
const Pixels<Scalar, Lanes>& pixels(const Scalar* plane, Index at) {
  return *reinterpret_cast<const Pixels<Scalar, Lanes>*>(plane + at * Lanes);
}
template <class Scalar, Index Lanes>
Pixels<Scalar, Lanes>& pixels(Scalar* plane, Index at) {
  return *reinterpret_cast<Pixels<Scalar, Lanes>*>(plane + at * Lanes);
}

}  // namespace gradus
