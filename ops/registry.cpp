#include <gradus/graph/compile/passes/local.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/registry.hpp>

#include <algorithm>
#include <array>

#include "op_includes.inc"

namespace gradus {
namespace {

template <class... T>
struct Types {
  static auto descriptions() { return std::array{&T::description...}; }

  template <class Visit>
  static void each(const Visit& visit) {
    (visit(T::description, rules_of<T>()), ...);
  }
};

using Ops = Types<
#include "op_list.inc"
    >;

}  // namespace

std::span<const Description* const> registered_ops() {
  static const auto ops = [] {
    auto found = Ops::descriptions();
    std::ranges::sort(found, {}, [](const Description* op) { return op->name; });
    return found;
  }();
  return ops;
}

std::vector<OpRule> op_rules(std::span<const OwnOp> own) {
  std::vector<OpRule> found;
  const auto add = [&](std::string_view op, std::string_view pass, const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) found.push_back({op, pass, &rule});
  };
  const auto add_all = [&](const Description& op, const Rules& rules) {
    add(op.name, "stabilise", rules.stabilise);
    add(op.name, "simplify", rules.simplify);
    add(op.name, "fuse", rules.fuse);
  };
  Ops::each(add_all);
  add_all(Accumulate::description, rules_of<Accumulate>());
  std::ranges::stable_sort(found, {}, &OpRule::op);
  add("any", "simplify", folding_rules());
  for (const OwnOp& op : own) add_all(*op.description, *op.rules);
  return found;
}

}  // namespace gradus
