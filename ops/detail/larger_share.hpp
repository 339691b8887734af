#pragma once

#include <gradus/graph/declare/expr.hpp>

namespace gradus {

/// 1 where a > b, ½ where they are equal, else 0: which part of a maximum's derivative belongs to a.
Expr larger_share(Expr a, Expr b);

}  // namespace gradus
