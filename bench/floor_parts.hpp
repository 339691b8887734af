#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "workload.hpp"

// What the steps written by hand have in common.

namespace gradus::bench {

/// Sixteen floats: one register of AVX-512, two of AVX2.
typedef float Vec __attribute__((vector_size(64), aligned(64), may_alias));
typedef std::int32_t IntVec __attribute__((vector_size(64), aligned(64), may_alias));
inline constexpr Eigen::Index lane_count = 16;

inline Vec broadcast(float x) { return Vec{} + x; }

/// A range of indices, the first and one past the last.
struct Part {
  Eigen::Index begin, end;
  Eigen::Index size() const { return end - begin; }
};

/// The part of n that belongs to one of `threads`, in whole units of `unit`: cache lines that two threads
/// write cost as much as the arithmetic.
inline Part part_of(Eigen::Index n, int threads, int thread, Eigen::Index unit = lane_count) {
  const Eigen::Index units = (n + unit - 1) / unit;
  return {std::min(n, units * thread / threads * unit), std::min(n, units * (thread + 1) / threads * unit)};
}

/// Floats from row to row: whole cache lines, and never a power of two of them, at which every row would fall
/// into the same few sets of the cache.
Eigen::Index padded(Eigen::Index width);

/// A matrix in rows, in place: a pointer and the distance of its rows. 'T' is its transpose.
struct Operand {
  const float* data;
  Eigen::Index stride;
  char transposed = 'N';
};

/// out (rows × columns, `stride` from row to row) ← alpha · a · b + beta · out, on this thread alone.
void product(Eigen::Index rows, Eigen::Index columns, Eigen::Index inner, float alpha, Operand a, Operand b,
             float beta, float* out, Eigen::Index stride);

/// The same with sums in registers and b read as it lies: at the sizes of these networks what oneDNN gains by
/// packing is less than packing costs. `b` and `out` have padded rows, aligned, and b is no transpose;
/// columns up to the next multiple of 16 are written.
void product_in_registers(Eigen::Index rows, Eigen::Index columns, Eigen::Index inner, float alpha, Operand a,
                          Operand b, float beta, float* out, Eigen::Index stride);

/// Adam's rule (Kingma & Ba 2015) at step t for n numbers in a row, everything aligned, n rounded up to 16.
class AdamRule {
 public:
  AdamRule(double learning_rate, int t)
      : rate_(static_cast<float>(learning_rate / (1 - std::pow(adam_beta1, t)))),
        scale_(static_cast<float>(1 / std::sqrt(1 - std::pow(adam_beta2, t)))) {}

  void update(float* w, float* m, float* s, const float* g, Eigen::Index n) const;

 private:
  float rate_, scale_;
};

/// The probabilities of one row of logits in place of them.
void softmax_row(float* row, Eigen::Index classes);

/// The loss of one example, and in place of its logits (p − t) · share.
float cross_entropy_row(float* row, Eigen::Index classes, int label, float share);

}  // namespace gradus::bench
