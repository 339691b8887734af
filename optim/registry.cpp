#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/optim/registry.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "rule_includes.inc"

namespace gradus {
namespace {

/// Calls f(name, hyper-parameter) for every hyper-parameter a rule may have and this one has.
template <class Rule, class F>
void for_each_setting(Rule& rule, const F& f) {
  if constexpr (requires { rule.learning_rate; }) f("learning_rate", rule.learning_rate);
  if constexpr (requires { rule.momentum; }) f("momentum", rule.momentum);
  if constexpr (requires { rule.beta1; }) f("beta1", rule.beta1);
  if constexpr (requires { rule.beta2; }) f("beta2", rule.beta2);
  if constexpr (requires { rule.epsilon; }) f("epsilon", rule.epsilon);
  if constexpr (requires { rule.weight_decay; }) f("weight_decay", rule.weight_decay);
}

template <class Rule>
RegisteredRule entry() {
  RegisteredRule result;
  result.description = &Rule::description;
  Rule defaults;
  for_each_setting(defaults, [&](const char* name, const Hyper& value) {
    result.settings.emplace_back(name);
    result.defaults[name] = value.value();
  });
  if (sizeof(Rule) != result.settings.size() * sizeof(Hyper))
    throw InternalError(
        fmt::format("for_each_setting does not name every hyper-parameter of {}", Rule::description.name));
  result.make = [settings = result.settings](const std::map<std::string, Hyper>& given) {
    for (const auto& [name, value] : given)
      if (std::ranges::find(settings, name) == settings.end())
        throw NameError(
            fmt::format("{} has no {}; it has {}", Rule::description.name, name, fmt::join(settings, ", ")));
    Rule rule;
    for_each_setting(rule, [&](const char* name, Hyper& value) {
      if (const auto found = given.find(name); found != given.end()) value = found->second;
    });
    return UpdateRule(rule);
  };
  return result;
}

}  // namespace

std::span<const RegisteredRule> registered_rules() {
  static const auto rules = [] {
    std::vector<RegisteredRule> found{
#include "rule_list.inc"
    };
    std::ranges::sort(found, {}, [](const RegisteredRule& rule) { return rule.description->name; });
    return found;
  }();
  return rules;
}

const RegisteredRule& find_rule(const std::string& name) {
  std::vector<std::string> names;
  for (const RegisteredRule& rule : registered_rules()) {
    if (rule.description->name == name) return rule;
    names.emplace_back(rule.description->name);
  }
  throw NameError(unknown_name("optimizer", name, names));
}

}  // namespace gradus
