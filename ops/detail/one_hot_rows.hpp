#pragma once

#include <gradus/graph/expr.hpp>

namespace gradus {

/// Whether x is t, −t or c t for t = one_hot(…) and a c that is the same along each row of t.
bool is_scaled_one_hot(const Expr& x);

/// How the gradient of softmax and cross-entropy comes down to p − t:
///
///     c t − p Σ c t = c (t − p)
///
/// for rows t of one_hot, Σ along them and a c that is the same along each row. A row of t either sums to 1
/// or is NaN throughout, and then both sides are. Empty where y is no such difference.
Expr without_sum_of_one_hot(const Expr& y);

}  // namespace gradus
