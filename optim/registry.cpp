#include <gradus/optim/registry.hpp>

#include "rule_includes.inc"

namespace gradus {

const RuleRegistry& registered_rules() {
  static const auto rules = RuleRegistry("optimizer")
#include "rule_list.inc"
      ;
  return rules;
}

}  // namespace gradus
