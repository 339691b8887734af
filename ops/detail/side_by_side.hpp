#pragma once

#include <gradus/graph/declare/tensor.hpp>

namespace gradus {

/// The pixels that lie side by side, one or those of a block of examples, as one value of the compiler's
/// vector extensions, of GCC and Clang: comparisons make masks, `mask ? a : b` chooses lane by lane, and
/// arrays of a constant size stay in registers where Eigen's would end up on the stack.
template <class Scalar, Index Lanes>
struct SideBySide {
  using Value = Scalar;
};
template <>
struct SideBySide<float, block_size> {
  typedef float Value __attribute__((vector_size(block_size * sizeof(float)), aligned(alignment), may_alias));
};
template <>
struct SideBySide<double, block_size> {
  typedef double Value
      __attribute__((vector_size(block_size * sizeof(double)), aligned(alignment), may_alias));
};
template <class Scalar, Index Lanes>
using Pixels = typename SideBySide<Scalar, Lanes>::Value;

template <class Scalar, Index Lanes>
const Pixels<Scalar, Lanes>& pixels(const Scalar* plane, Index at) {
  return *reinterpret_cast<const Pixels<Scalar, Lanes>*>(plane + at * Lanes);
}
template <class Scalar, Index Lanes>
Pixels<Scalar, Lanes>& pixels(Scalar* plane, Index at) {
  return *reinterpret_cast<Pixels<Scalar, Lanes>*>(plane + at * Lanes);
}

}  // namespace gradus
