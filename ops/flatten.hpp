#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// x of (batch, n…) as (batch, Π n): each example's numbers in one row. Throws ShapeError when the first axis
/// is not the batch.
Expr flatten(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
