#pragma once

#include <gradus/dump/derivative.hpp>

namespace gradus {

/// The matrix J of a map v ↦ vᵀ J that is linear in v, read off the nodes that compute it: what a VJP builds,
/// as the matrix that it multiplies by. I, diag(x) for a product element by element, W for a matrix product,
/// x ⊗ I for the product xᵀ v of a column and a row. Every value is one row, (1, n), or made of one. Empty
/// where a node does something else with v.
Formula matrix_of(const Expr& product, const Expr& v, KnownNodes& known, const Notation& notation);

}  // namespace gradus
