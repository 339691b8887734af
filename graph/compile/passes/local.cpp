#include <gradus/base/error.hpp>
#include <gradus/graph/compile/passes/local.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// Counts readers in the graph before the round: names stay with their nodes from round to round. Few rules
/// ask, so the first question counts.
class ReadersByName final : public Uses {
 public:
  explicit ReadersByName(const LoweredGraph& lowered) : lowered_(lowered) {}

  std::size_t of(const Expr& x) const override {
    if (count_.empty()) count();
    const auto found = count_.find(x.name());
    return found == count_.end() ? 0 : found->second;
  }

 private:
  void count() const {
    const Graph& graph = *lowered_.graph;
    const std::vector<char> needed = needed_by(graph, lowered_.roots);
    count_.reserve(graph.size());
    for (std::size_t id = 0; id < graph.size(); ++id)
      if (needed[id] != 0)
        for (const Node* input : graph.node(id).inputs()) ++count_[input->name()];
    for (const Expr& root : lowered_.roots) ++count_[root.name()];
  }

  const LoweredGraph& lowered_;
  mutable std::unordered_map<std::string_view, std::size_t> count_;
};

}  // namespace

LoweredGraph apply_everywhere(const LoweredGraph& from, const LocalVisit& visit, std::string_view pass) {
  // Each round lets every rule see what the last one made; real graphs come to rest after two to five.
  constexpr int most_rounds = 50;
  LoweredGraph now = from;
  std::vector<std::pair<std::string, const Rule*>> applied;
  for (int round = 0; round < most_rounds; ++round) {
    bool changed = false;
    const ReadersByName uses(now);
    const auto at_each = [&](Rewriter& to, const Node& old, const Exprs& inputs) {
      const Expr copy = to.copy(old, inputs);
      to.stand_for(old);
      const Expr better = visit(to, copy, uses);
      if (!better || better == copy) return copy;
      if (better.shape() != copy.shape())
        throw InternalError(fmt::format("{} of {} changed the shape of '{}' from {} to {}", pass,
                                        old.op().name(), old.name(), to_string(copy.shape()),
                                        to_string(better.shape())));
      if (const Rule* rule = to.graph().context().rule) applied.emplace_back(old.name(), rule);
      changed = true;
      return better;
    };
    now = rewrite(now, at_each, round > 0);
    if (!changed) {
      now.applied = std::move(applied);
      return now;
    }
  }
  throw InternalError(fmt::format("the rules of {} do not come to rest", pass));
}

Expr follow_first(const std::vector<Rule>& rules, Rewriter& to, const Expr& y, const Uses& uses) {
  for (const Rule& rule : rules) {
    to.follow(&rule);
    if (const Expr better = rule.apply(y, uses)) return better;
  }
  to.follow(nullptr);
  return {};
}

LoweredGraph stabilise(const LoweredGraph& from) {
  return apply_everywhere(
      from,
      [](Rewriter& to, const Expr& y, const Uses& uses) {
        return follow_first(y.op().rules().stabilise, to, y, uses);
      },
      "stabilise");
}

LoweredGraph simplify(const LoweredGraph& from) {
  return apply_everywhere(
      from,
      [](Rewriter& to, const Expr& y, const Uses& uses) {
        const Expr better = follow_first(y.op().rules().simplify, to, y, uses);
        return better ? better : follow_first(folding_rules(), to, y, uses);
      },
      "simplify");
}

LoweredGraph fuse(const LoweredGraph& from) {
  return apply_everywhere(
      from,
      [](Rewriter& to, const Expr& y, const Uses& uses) {
        return follow_first(y.op().rules().fuse, to, y, uses);
      },
      "fuse");
}

}  // namespace gradus
