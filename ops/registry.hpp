#pragma once

#include <gradus/ops/cases.hpp>

namespace gradus {

/// Every op of the library, sorted by name.
std::span<const Description* const> registered_ops();

/// A rule, the pass that uses it, and the op at its root: "any" for a rule of all ops.
struct OpRule {
  std::string_view op;
  std::string_view pass;
  const Rule* rule;
};

/// Every rule of the library, by op, and behind them those of a program's own ops.
std::vector<OpRule> op_rules(std::span<const OwnOp> own = {});

}  // namespace gradus
