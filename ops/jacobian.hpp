#pragma once

#include <gradus/graph/declare/gradients.hpp>

namespace gradus {

/// The most elements of y that jacobian() takes, for each is a reverse pass of its own.
inline constexpr Index most_jacobian_rows = 4096;

/// ∂y/∂x in full, as nodes: one reverse pass for each element of y (a row of the Jacobian), one after the
/// other along the first axes. Since these are nodes, a Jacobian can be differentiated again; of gradients()
/// it is the Hessian: jacobian(gradients(loss, {w}).front(), w), of the shape (w, w). Where a product with a
/// vector is enough, vector_jacobian() and hessian_vector() take a single pass.
///
/// The shape is that of y followed by that of x: J[i…, j…] = ∂y[i…] / ∂x[j…].
///
/// The batch axis: where y and x both have it first, each example has its own block, and the blocks between
/// different examples, which are zero, are left out: (batch, y…, x…) with
/// J[n, i…, j…] = ∂y[n, i…] / ∂x[n, j…]. That needs examples to stay apart on the way from x to y. Where only
/// x has a batch axis it stands where x's axes stand. A y with a batch axis by an x without (a weight) would
/// be summed over examples in one reverse pass, and is refused: declare the input with one example, {1, 784}.
///
/// Throws GraphError when y does not depend on x, when examples meet between them, or when y has a batch axis
/// and x has not; ShapeError when y has more than `most_jacobian_rows` elements (for each example), when
/// the axes are more than max_rank, or a batch axis is not the first.
Expr jacobian(Expr y, Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
