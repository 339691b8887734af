#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// What gradients() does for something the loss does not depend on.
enum class Unused {
  refuse,  ///< throw GraphError
  zeros    ///< its gradient is zero everywhere
};

/// w̄ = ∂loss/∂w for every w of `wrt`, as new nodes of the same graph (reverse mode: Linnainmaa 1970,
/// Speelpenning 1980). Each has the shape of its w. Works on its own output, so gradients of gradients come
/// for free.
///
/// Every new node records whose VJP made it, and the graph how each derivative came together
/// (Graph::adjoints).
///
/// Throws GraphError when the loss is not a scalar, or does not depend on some w and `unused` is refuse.
Exprs gradients(Expr loss, const Exprs& wrt, Unused unused = Unused::refuse,
                SourceLocation location = SourceLocation::current());

/// ȳᵀ ∂y/∂w for a y of any shape, given ȳ of the same shape: what gradients() is for ȳ = 1.
Exprs vector_jacobian(Expr y, Expr ybar, const Exprs& wrt, Unused unused = Unused::refuse,
                      SourceLocation location = SourceLocation::current());

}  // namespace gradus
