#include "floor_parts.hpp"

#include <dnnl.h>

#include <bit>
#include <utility>

namespace gradus::bench {
namespace {

using Lanes = Eigen::Array<float, lane_count, 1>;
using Load = Eigen::Map<const Lanes, Eigen::Aligned64>;
using Store = Eigen::Map<Lanes, Eigen::Aligned64>;

/// `Rows` × 16·`Vectors` of the product, its sums in registers throughout.
template <int Rows, int Vectors>
void few_rows(Eigen::Index inner, Operand a, const float* b, Eigen::Index b_stride, float* out,
              Eigen::Index stride) {
  Vec sums[Rows][Vectors] = {};
  for (Eigen::Index k = 0; k < inner; ++k) {
    Vec row[Vectors];
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v)
      row[v] = *reinterpret_cast<const Vec*>(b + k * b_stride + v * lane_count);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) sums[r][v] += a.data[r * a.stride + k] * row[v];
  }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) *reinterpret_cast<Vec*>(out + r * stride + v * lane_count) = sums[r][v];
}

template <int Rows>
void all_columns(Eigen::Index columns, Eigen::Index inner, Operand a, Operand b, float* out,
                 Eigen::Index stride) {
  constexpr int most = Rows >= 5 ? 3 : Rows >= 3 ? 6 : 8;
  Eigen::Index c = 0;
  for (; c + most * lane_count <= columns; c += most * lane_count)
    few_rows<Rows, most>(inner, a, b.data + c, b.stride, out + c, stride);
  for (; c < columns; c += lane_count) few_rows<Rows, 1>(inner, a, b.data + c, b.stride, out + c, stride);
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

void product_of_few_rows(Eigen::Index rows, Eigen::Index columns, Eigen::Index inner, Operand a, Operand b,
                         float* out, Eigen::Index stride) {
  const auto take = [&]<int Rows>(std::integral_constant<int, Rows>) {
    for (; rows >= Rows; rows -= Rows, a.data += Rows * a.stride, out += Rows * stride)
      all_columns<Rows>(columns, inner, a, b, out, stride);
  };
  take(std::integral_constant<int, 8>());
  take(std::integral_constant<int, 4>());
  take(std::integral_constant<int, 2>());
  take(std::integral_constant<int, 1>());
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
