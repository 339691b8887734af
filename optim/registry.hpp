#pragma once

#include <gradus/optim/update_rule.hpp>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace gradus {

/// An update rule the program can choose by name.
struct RegisteredRule {
  const Description* description;          ///< name and formula
  std::vector<std::string> settings;       ///< the hyper-parameters it has
  std::map<std::string, double> defaults;  ///< their values when not given
  /// The rule with some hyper-parameters given. Throws NameError for one it does not have.
  std::function<UpdateRule(const std::map<std::string, Hyper>& given)> make;
};

/// Every update rule of the library, sorted by name.
std::span<const RegisteredRule> registered_rules();

/// The rule of that name. Throws NameError with the nearest name.
const RegisteredRule& find_rule(const std::string& name);

}  // namespace gradus
