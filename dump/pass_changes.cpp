#include <gradus/base/printable.hpp>
#include <gradus/base/table.hpp>
#include <gradus/base/text_stream.hpp>
#include <gradus/dump/pass_changes.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/rule.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace gradus {
namespace {

bool same(const Node& a, const Node& b) {
  const auto name = [](const Node* node) -> const std::string& { return node->name(); };
  return a.op().type() == b.op().type() && a.shape() == b.shape() &&
         a.op().attributes() == b.op().attributes() &&
         std::ranges::equal(a.inputs(), b.inputs(), {}, name, name);
}

std::string summary_of(std::string_view name) {
  for (const Pass& pass : pipeline())
    if (pass.name == name) return std::string(pass.what);
  return "";
}

/// Red, green and yellow, for a whole line.
std::string coloured(const std::string& line, char sign) {
  const char* colour = sign == '-' ? "31" : sign == '+' ? "32" : "33";
  return fmt::format("\x1b[{}m{}\x1b[0m", colour, line);
}

}  // namespace

std::vector<TracedPass> trace_passes(const Graph& graph, const Exprs& outputs,
                                     const CompileOptions& options) {
  std::vector<TracedPass> passes;
  CompileOptions traced = options;
  traced.trace = [&](std::string_view name, const LoweredGraph& now) {
    passes.push_back({std::string(name), summary_of(name), now.graph, now.applied});
    if (options.trace) options.trace(name, now);
  };
  compile(graph, outputs, traced);
  return passes;
}

GraphChanges changes_between(const Graph& before, const Graph& after) {
  GraphChanges changes;
  for (std::size_t id = 0; id < before.size(); ++id)
    if (!after.contains(before.node(id).name())) changes.removed.push_back(&before.node(id));
  for (std::size_t id = 0; id < after.size(); ++id) {
    const Node& node = after.node(id);
    if (!before.contains(node.name())) {
      changes.added.push_back(&node);
    } else if (const Node& old = before.find(node.name()).node(); !same(old, node)) {
      changes.changed.emplace_back(&old, &node);
    }
  }
  return changes;
}

void write_changes(std::ostream& out, const TracedPass& before, const TracedPass& after,
                   const TextOptions& options) {
  const GraphChanges changes = changes_between(*before.graph, *after.graph);
  const auto replaced = [&](const Node& node) {
    const auto found =
        std::ranges::find(after.applied, node.name(), [](const auto& each) { return each.first; });
    return found == after.applied.end() ? nullptr : found->second;
  };
  const auto row = [&](const char* sign, const Node& node, const Rule* rule) {
    Row cells{sign, printable(node.name()), to_string(node.shape()), computation(node)};
    if (!after.applied.empty()) cells.push_back(rule != nullptr ? "by " + rule->title() : "");
    return cells;
  };
  constexpr std::size_t always = 4;  // sign, name, shape and computation
  std::vector<Row> rows;
  for (const Node* node : changes.removed) rows.push_back(row("-", *node, replaced(*node)));
  std::map<std::size_t, Row> now;
  for (const Node* node : changes.added) now.emplace(node->id(), row("+", *node, node->rule()));
  for (const auto& [old, node] : changes.changed) {
    Row changed = row("~", *node, node->rule());
    if (computation(*old) != computation(*node)) changed.push_back("was " + computation(*old));
    now.emplace(node->id(), std::move(changed));
  }
  for (auto& [id, each] : now) rows.push_back(std::move(each));

  const std::string title = fmt::format("{}: {} ({} → {} nodes)", after.name, after.summary,
                                        before.graph->size(), after.graph->size());
  out << (options.colour ? fmt::format("\x1b[1;36m{}\x1b[0m", title) : title) << '\n';
  std::istringstream table = stream_of(fitted_table_text(rows, options.width, always));
  char sign = ' ';  // of the row, which may have several lines
  for (std::string line; std::getline(table, line);) {
    if (!line.empty() && line[0] != ' ') sign = line[0];
    out << (options.colour ? coloured(line, sign) : line) << '\n';
  }
}

}  // namespace gradus
