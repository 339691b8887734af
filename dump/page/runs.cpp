#include <gradus/dump/page/document.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <set>

namespace gradus::page {

using nlohmann::json;

namespace {

/// To `digits` significant digits, so that it prints short; null where it is not finite.
json rounded(double value, int digits) {
  if (!std::isfinite(value)) return nullptr;
  return std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
}

json rounded(const std::vector<double>& values, int digits) {
  json result = json::array();
  for (const double value : values) result.push_back(rounded(value, digits));
  return result;
}

json to_json(const Squares& squares) {
  return {{"rows", squares.rows},
          {"columns", squares.columns},
          {"count", squares.count},
          {"scale", rounded(squares.scale, 5)},
          {"levels", squares.levels}};
}

/// How telling a node is: parameters and their gradients, then all that has or is a gradient, then the rest.
enum class Rank { parameter, telling, other };

std::vector<Rank> ranks(const Graph& graph) {
  std::vector<Rank> result(graph.size(), Rank::other);
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (graph.node(id).section() == Section::forward) result[id] = Rank::telling;
  std::set<const Node*> parameters;
  for (const Expr& w : graph.parameters()) parameters.insert(&w.node());
  for (const Adjoint& adjoint : graph.adjoints()) {
    const bool of_parameter = parameters.contains(adjoint.of);
    result[adjoint.total.node().id()] = of_parameter ? Rank::parameter : Rank::telling;
  }
  for (const Node* w : parameters) result[w->id()] = Rank::parameter;
  for (const Variable& variable : graph.variables())
    if (variable.kind == VariableKind::hyper_parameter) result[variable.node->id()] = Rank::telling;
  return result;
}

/// What of one value is written down.
struct Kept {
  bool anything = true;
  bool histogram = true;
  bool picture = true;
  bool images = true;
};

Kept kept(Rank rank, bool at_end, Detail detail) {
  const bool seen = detail.level < 5 || rank != Rank::other;
  if (at_end) return {true, true, seen, seen};
  switch (detail.level) {
    case 0:
      return {};
    case 1:
      return {true, rank != Rank::other, rank != Rank::other, true};
    case 2:
      return {true, rank != Rank::other, rank == Rank::parameter, true};
    case 3:
      return {rank != Rank::other, true, rank == Rank::parameter, rank == Rank::parameter};
    default:
      return {rank != Rank::other, rank == Rank::parameter, false, false};
  }
}

json to_json(const ValueSummary& summary, Kept keep) {
  const Statistics& s = summary.statistics;
  json result;
  if (!summary.numbers.empty()) {
    result["numbers"] = rounded(summary.numbers, 9);
  } else {
    result["statistics"] = {rounded(s.min, 5), rounded(s.mean, 5), rounded(s.max, 5), rounded(s.norm, 5)};
    if (s.not_finite > 0) result["not_finite"] = s.not_finite;
    if (keep.histogram && !summary.histogram.counts.empty())
      result["histogram"] = {{"from", rounded(summary.histogram.from, 4)},
                             {"to", rounded(summary.histogram.to, 4)},
                             {"counts", summary.histogram.counts}};
    if (keep.picture && summary.picture) result["picture"] = to_json(*summary.picture);
  }
  if (keep.images && summary.images) result["images"] = to_json(*summary.images);
  if (!summary.tracked.empty()) result["tracked"] = rounded(summary.tracked, 9);
  return result;
}

}  // namespace

json runs(const Graph& graph, const std::vector<Snapshot>& snapshots, Detail detail) {
  const std::vector<Rank> rank = ranks(graph);
  json result = json::array();
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    const bool at_end = i == 0 || i + 1 == snapshots.size();
    json nodes = json::object();
    for (const auto& [id, summary] : snapshots[i].nodes) {
      const Kept keep = kept(rank[id], at_end, detail);
      // Few numbers cost little and are always told.
      if (keep.anything || !summary.numbers.empty()) nodes[std::to_string(id)] = to_json(summary, keep);
    }
    result.push_back(
        {{"step", snapshots[i].step}, {"batch", snapshots[i].batch}, {"nodes", std::move(nodes)}});
  }
  return result;
}

}  // namespace gradus::page
