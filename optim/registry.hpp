#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/optim/update_rule.hpp>

namespace gradus {

using RuleRegistry = Registry<UpdateRule, Hyper>;
using RegisteredRule = RuleRegistry::Part;

/// Every update rule of the library, by name.
const RuleRegistry& registered_rules();

}  // namespace gradus
