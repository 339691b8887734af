#pragma once

#include <gradus/graph/declare/expr.hpp>

namespace gradus {

/// Each element of each gradient kept within [−limit, limit]; shapes stay as they are. Throws ValueError
/// unless limit > 0.
Exprs clip_by_value(const Exprs& gradients, double limit);

/// All gradients times min(1, limit / ‖g‖), ‖g‖² = Σ g² over all elements of all of them (Pascanu, Mikolov &
/// Bengio 2013); shapes stay as they are, and gradients that are all zero stay zero. PyTorch's
/// clip_grad_norm_ divides by ‖g‖ + 10⁻⁶ instead. Throws ValueError unless limit > 0.
Exprs clip_by_global_norm(const Exprs& gradients, double limit);

}  // namespace gradus
