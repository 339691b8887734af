#pragma once

#include <gradus/dump/text.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/run/program.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace gradus {

/// A graph on its way through the compiler, after one of its passes.
struct TracedPass {
  std::string name;     ///< "declared" for the graph the passes begin with
  std::string summary;  ///< what the pass does, in a few words
  std::shared_ptr<const Graph> graph;
  decltype(LoweredGraph::applied) applied = {};  ///< its rules, and the nodes they replaced
};

/// The graph as declared, which is `graph` itself, then after each pass that changed something. Throws as
/// compile() does.
std::vector<TracedPass> trace_passes(const Graph& graph, const Exprs& outputs,
                                     const CompileOptions& options = {});

/// How one graph differs from another. Nodes are the same where their names are.
struct GraphChanges {
  std::vector<const Node*> removed;  ///< of the graph before
  std::vector<const Node*> added;    ///< of the graph after
  std::vector<std::pair<const Node*, const Node*>>
      changed;  ///< before and after: another op, attribute or input
};

GraphChanges changes_between(const Graph& before, const Graph& after);

/// What one pass changed, as a difference: what it took out (-), then what it put in (+) and changed (~), in
/// the new graph's order, each with the rule that did so.
void write_changes(std::ostream& out, const TracedPass& before, const TracedPass& after,
                   const TextOptions& options = {});

}  // namespace gradus
