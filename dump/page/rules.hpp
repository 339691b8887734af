#pragma once

#include <gradus/graph/declare/node.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus::page {

/// An op's attributes by name, as JSON of their types; numbers that are not finite are "NaN", "Infinity" and
/// "-Infinity". Shapes are left out: values have their sizes.
nlohmann::json attributes_of(const Op& op);

/// The rules by which a page computes (Op::javascript()), as functions of JavaScript.
class RuleTable {
 public:
  /// The place of an op's rule; nothing where it has none. Throws ValueError for a rule that would end the
  /// page's script.
  std::optional<std::size_t> index(const Op& op);

  /// "rules[3] = …;" for each, in the order of their places.
  const std::vector<std::string>& scripts() const { return scripts_; }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> scripts_;
};

}  // namespace gradus::page
