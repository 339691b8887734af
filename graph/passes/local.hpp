#pragma once

#include <gradus/graph/passes/passes.hpp>

namespace gradus {

/// Asks a node's op for a replacement, given how often each value of the graph is read.
using LocalRule = std::function<Expr(const Expr& y, const Uses& uses)>;

/// Asks every node's op for a replacement, over the whole graph, until none has one.
/// Throws InternalError when the rules do not come to rest or change a shape.
Lowering apply_everywhere(const Lowering& from, const LocalRule& rule, std::string_view pass);

}  // namespace gradus
