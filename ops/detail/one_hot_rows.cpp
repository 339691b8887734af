#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/detail/one_hot_rows.hpp>
#include <gradus/ops/one_hot.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {
namespace {

bool same_along_rows(const Expr& x) {
  if (fill_value(x)) return true;
  if (as<Broadcast>(x) == nullptr) return false;
  const Shape& source = x.input(0).shape();
  return source.is_scalar() || source.back() == Dim(1);
}

/// Which factor of c t is the one-hot matrix t; nothing where there is none.
std::optional<std::size_t> one_hot_factor(const Expr& x) {
  if (as<Multiply>(x) == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i)
    if (as<OneHot>(x.input(i)) != nullptr && same_along_rows(x.input(1 - i))) return i;
  return std::nullopt;
}

bool is_row_sum_of(const Expr& sum, const Expr& x) {
  const auto* op = as<Sum>(sum);
  return op != nullptr && sum.input(0) == x && op->keep && op->axes.size() == 1 &&
         op->reduced(x.shape().rank())[x.shape().rank() - 1];
}

}  // namespace

bool is_scaled_one_hot(const Expr& x) {
  const Expr t = as<Negate>(x) != nullptr ? x.input(0) : x;
  return as<OneHot>(t) != nullptr || one_hot_factor(x).has_value();
}

Expr without_sum_of_one_hot(const Expr& y) {
  const Expr scaled = y.input(0);
  const Expr weighted = y.input(1);
  if (as<Multiply>(weighted) == nullptr || !is_scaled_one_hot(scaled)) return {};
  for (std::size_t i = 0; i < 2; ++i) {
    const Expr sum = weighted.input(i);
    if (as<Broadcast>(sum) == nullptr || !is_row_sum_of(sum.input(0), scaled)) continue;
    const Expr p = weighted.input(1 - i);
    if (as<Negate>(scaled) != nullptr) return p - scaled.input(0);
    if (const auto t = one_hot_factor(scaled)) return scaled.input(1 - *t) * (scaled.input(*t) - p);
    return scaled - p;
  }
  return {};
}

}  // namespace gradus
