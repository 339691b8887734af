#pragma once

#include <gradus/graph/expr.hpp>
#include <gradus/ops/cross_entropy.hpp>

namespace gradus {

/// How a loss joins the examples of a batch.
enum class Reduction { mean, sum };

/// The mean or sum over all elements of one loss for each example: a scalar.
Expr reduce(Expr losses, Reduction reduction, Here here = Here::current());

/// Σ (y − t)² along the last axis: one number for each example; reduce it with mean or sum.
/// Throws ShapeError when the shapes differ.
Expr squared_error(Expr y, Expr t, Here here = Here::current());

/// λ Σ w² over all elements of all w: a scalar (Tikhonov 1963; "ridge", "weight decay" for plain descent).
/// Throws GraphError when there is no w.
Expr l2_penalty(const Exprs& weights, double lambda, Here here = Here::current());

/// λ Σ |w| over all elements of all w: a scalar (Tibshirani 1996, "lasso"). Throws GraphError when there is
/// no w.
Expr l1_penalty(const Exprs& weights, double lambda, Here here = Here::current());

}  // namespace gradus
