#pragma once

#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/rule.hpp>

namespace gradus {

/// What one node is replaced by, given how often each value of the graph is read; empty for nothing else.
using LocalVisit = std::function<Expr(Rewriter& to, const Expr& y, const Uses& uses)>;

/// Asks for every node's replacement, over the whole graph, until none has one.
/// Throws InternalError when that does not come to rest or changes a shape.
LoweredGraph apply_everywhere(const LoweredGraph& from, const LocalVisit& visit, std::string_view pass);

/// The first of the rules that applies, followed.
Expr follow_first(const std::vector<Rule>& rules, Rewriter& to, const Expr& y, const Uses& uses);

/// Computes what depends on constants alone: a rule of every op.
const std::vector<Rule>& folding_rules();

}  // namespace gradus
