#include "floor_parts.hpp"

#include <dnnl.h>

#include <bit>
#include <utility>

namespace gradus::bench {
namespace {

using Lanes = Eigen::Array<float, lane_count, 1>;
using Load = Eigen::Map<const Lanes, Eigen::Aligned64>;
using Store = Eigen::Map<Lanes, Eigen::Aligned64>;

/// Where a number of `a` in row r and column k is.
struct Strides {
  Eigen::Index row, inner;
};

/// Sixteen floats, loaded once: GCC would load them anew for each sum.
inline Vec in_register(const float* p) {
  Vec v = *reinterpret_cast<const Vec*>(p);
#ifdef __AVX512F__
  asm("" : "+v"(v));
#endif
  return v;
}

/// `Rows` × 16·`Vectors` of the product, its sums in registers throughout.
template <int Rows, int Vectors>
[[gnu::noinline]] void in_registers(Eigen::Index inner, float alpha, const float* a, Strides of_a,
                                    const float* b, Eigen::Index b_stride, float beta, float* out,
                                    Eigen::Index stride) {
  Vec sums[Rows][Vectors] = {};
  for (Eigen::Index k = 0; k < inner; ++k) {
    Vec row[Vectors];
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) row[v] = in_register(b + k * b_stride + v * lane_count);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) sums[r][v] += a[r * of_a.row + k * of_a.inner] * row[v];
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) {
      Vec& to = *reinterpret_cast<Vec*>(out + r * stride + v * lane_count);
      to = beta == 0 ? alpha * sums[r][v] : alpha * sums[r][v] + beta * to;
    }
}

/// All rows of `Vectors` vectors of columns.
template <int Vectors>
void all_rows(Eigen::Index rows, Eigen::Index inner, float alpha, const float* a, Strides of_a,
              const float* b, Eigen::Index b_stride, float beta, float* out, Eigen::Index stride) {
  const auto take = [&]<int Rows>(std::integral_constant<int, Rows>) {
    for (; rows >= Rows; rows -= Rows, a += Rows * of_a.row, out += Rows * stride)
      in_registers<Rows, Vectors>(inner, alpha, a, of_a, b, b_stride, beta, out, stride);
  };
  if constexpr (Vectors <= 3) take(std::integral_constant<int, 8>());
  if constexpr (Vectors <= 6) take(std::integral_constant<int, 4>());
  if constexpr (Vectors <= 12) take(std::integral_constant<int, 2>());
  take(std::integral_constant<int, 1>());
}

}  // namespace

Eigen::Index padded(Eigen::Index width) {
  const Eigen::Index whole = (width + lane_count - 1) / lane_count * lane_count;
  const bool aliases = whole > lane_count && std::has_single_bit(static_cast<std::size_t>(whole));
  return aliases ? whole + lane_count : whole;
}

void product(Eigen::Index rows, Eigen::Index columns, Eigen::Index inner, float alpha, Operand a, Operand b,
             float beta, float* out, Eigen::Index stride) {
  if (rows > 0 && columns > 0)
    dnnl_sgemm(a.transposed, b.transposed, rows, columns, inner, alpha, a.data, a.stride, b.data, b.stride,
               beta, out, stride);
}

void product_in_registers(Eigen::Index rows, Eigen::Index columns, Eigen::Index inner, float alpha, Operand a,
                          Operand b, float beta, float* out, Eigen::Index stride) {
  const Strides of_a = a.transposed == 'T' ? Strides{1, a.stride} : Strides{a.stride, 1};
  const auto piece = [&]<int Vectors>(std::integral_constant<int, Vectors>) {
    all_rows<Vectors>(rows, inner, alpha, a.data, of_a, b.data, b.stride, beta, out, stride);
    columns -= Vectors * lane_count, b.data += Vectors * lane_count, out += Vectors * lane_count;
  };
  if (rows < 4)
    while (columns > 7 * lane_count) piece(std::integral_constant<int, 8>());
  while (columns > 4 * lane_count || (columns > 2 * lane_count && columns <= 3 * lane_count))
    piece(std::integral_constant<int, 3>());
  while (columns > lane_count) piece(std::integral_constant<int, 2>());
  if (columns > 0) piece(std::integral_constant<int, 1>());
}

void AdamRule::update(float* w, float* m, float* s, const float* g, Eigen::Index n) const {
  constexpr auto beta1 = static_cast<float>(adam_beta1);
  constexpr auto beta2 = static_cast<float>(adam_beta2);
  constexpr auto rest1 = static_cast<float>(1 - adam_beta1);
  constexpr auto rest2 = static_cast<float>(1 - adam_beta2);
  constexpr auto epsilon = static_cast<float>(adam_epsilon);
  for (Eigen::Index i = 0; i < n; i += lane_count) {
    const Lanes gradient = Load(g + i);
    const Lanes first = beta1 * Load(m + i) + rest1 * gradient;
    const Lanes second = beta2 * Load(s + i) + rest2 * gradient.square();
    Store(m + i) = first;
    Store(s + i) = second;
    Store(w + i) -= rate_ * first / (scale_ * second.sqrt() + epsilon);
  }
}

void softmax_row(float* row, Eigen::Index classes) {
  Eigen::Map<Eigen::ArrayXf> p(row, classes);
  p = (p - p.maxCoeff()).exp();
  p /= p.sum();
}

float cross_entropy_row(float* row, Eigen::Index classes, int label, float share) {
  Eigen::Map<Eigen::ArrayXf> p(row, classes);
  const float largest = p.maxCoeff();
  const float of_label = p[label];
  p = (p - largest).exp();
  const float total = p.sum();
  p *= share / total;
  p[label] -= share;
  return largest + std::log(total) - of_label;
}

}  // namespace gradus::bench
