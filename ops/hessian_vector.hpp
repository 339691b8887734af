#pragma once

#include <gradus/graph/declare/gradients.hpp>

namespace gradus {

/// Σ a b over all elements: a scalar.
Expr dot(Expr a, Expr b, SourceLocation location = SourceLocation::current());

/// H v for the Hessian H of the loss in w, without ever forming H: ∂/∂w (∂loss/∂w · v), of the shape of w
/// (Pearlmutter 1994). Throws GraphError when the loss is not a scalar or does not depend on w, ShapeError
/// when v has not the shape of w.
Expr hessian_vector(Expr loss, Expr w, Expr v, SourceLocation location = SourceLocation::current());

}  // namespace gradus
