#pragma once

#include <gradus/graph/declare/expr.hpp>
#include <gradus/ops/cross_entropy.hpp>

namespace gradus {

/// How a loss joins the examples of a batch.
enum class Reduction { mean, sum };

/// The mean or sum over all elements of one loss for each example: a scalar.
Expr reduce(Expr losses, Reduction reduction, SourceLocation location = SourceLocation::current());

/// Σ (y − t)² along the last axis: one number for each example; reduce it with mean or sum.
/// Throws ShapeError when the shapes differ.
Expr squared_error(Expr y, Expr t, SourceLocation location = SourceLocation::current());

/// −t ln p − (1 − t) ln(1 − p) for probabilities p and targets t of one shape, each a yes-or-no question of
/// its own: one number for each; reduce it with mean or sum. t is 1 for yes, 0 for no, or any probability.
///
/// Of p = sigmoid(z) the compiler makes t ln(1 + e⁻ᶻ) + (1 − t) ln(1 + eᶻ), and of its gradient p − t, so
/// that no z is too large. Any other p must lie between 0 and 1 and be neither. Throws ShapeError when the
/// shapes differ.
Expr binary_cross_entropy(Expr p, Expr t, SourceLocation location = SourceLocation::current());

/// λ Σ w² over all elements of all w: a scalar (Tikhonov 1963; "ridge", "weight decay" for SGD).
/// Throws GraphError when there is no w.
Expr l2_penalty(const Exprs& weights, double lambda, SourceLocation location = SourceLocation::current());

/// λ Σ |w| over all elements of all w: a scalar (Tibshirani 1996, "lasso"). Throws GraphError when there is
/// no w.
Expr l1_penalty(const Exprs& weights, double lambda, SourceLocation location = SourceLocation::current());

}  // namespace gradus
