#include <gradus/optim/registry.hpp>

#include "rule_includes.inc"

namespace gradus {

const RuleRegistry& registered_rules() {
  static const auto rules = [] {
    RuleRegistry found("optimizer");
#include "rule_list.inc"
    return found;
  }();
  return rules;
}

}  // namespace gradus
