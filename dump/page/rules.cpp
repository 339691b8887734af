#include <gradus/base/error.hpp>
#include <gradus/dump/json_numbers.hpp>
#include <gradus/dump/page/rules.hpp>
#include <gradus/graph/declare/op.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace gradus::page {

using nlohmann::json;

namespace {

/// Shapes are known as those of the values, and what a variable is as the role of its node.
bool is_told_otherwise(const Attribute& attribute) {
  return attribute.name == "shape" || attribute.name == "index" || attribute.name == "kind";
}

json to_json(bool value) { return value; }
json to_json(Index value) { return value; }
json to_json(double value) { return json_number<json>(value); }
json to_json(const std::string& value) { return value; }
json to_json(const std::vector<Index>& values) { return values; }
json to_json(const std::vector<double>& values) { return json_numbers<json>(values); }
json to_json(const Shape& value) { return to_string(value); }

/// An index is no part of a name in JavaScript: xᵢ stands for all inputs.
constexpr std::string_view each = "ᵢ";

/// A function of y, the inputs by their letters, the attributes by their names, and the run.
std::string function_of(const Op& op) {
  const Description& description = op.description();
  std::vector<std::string> letters;
  std::istringstream in{std::string(description.letters)};
  for (std::string letter; in >> letter;) letters.push_back(letter);
  std::vector<std::string_view> names;
  for (const Attribute& attribute : op.attributes())
    if (!is_told_otherwise(attribute)) names.push_back(attribute.name);
  const std::string attributes = fmt::format("{{ {} }}", fmt::join(names, ", "));
  if (letters.size() == 1 && letters[0].ends_with(each))
    return fmt::format("(y, {}, {}, run) => {{{}}}", letters[0].substr(0, letters[0].size() - each.size()),
                       attributes, op.javascript());
  if (op.kind() != Kind::elementwise)
    return fmt::format("(y, [{}], {}, run) => {{{}}}", fmt::join(letters, ", "), attributes, op.javascript());
  std::string numbers;
  for (std::size_t i = 0; i < letters.size(); ++i)
    numbers += fmt::format("const {} = $in[{}][$i]; ", letters[i], i);
  return fmt::format(
      "($y, $in, {}, run) => {{ for (let $i = 0; $i < $y.length; ++$i) {{ {}$y[$i] = {}; }} }}", attributes,
      numbers, op.javascript());
}

}  // namespace

json attributes_of(const Op& op) {
  json result = json::object();
  for (const Attribute& attribute : op.attributes())
    if (!is_told_otherwise(attribute))
      result[std::string(attribute.name)] =
          std::visit([](const auto& value) { return to_json(value); }, attribute.value.any());
  return result;
}

std::optional<std::size_t> RuleTable::index(const Op& op) {
  if (op.javascript().empty()) return {};
  std::string function = function_of(op);
  for (const std::string_view end : {"</script", "<!--"})
    if (function.find(end) != std::string::npos)
      throw ValueError(fmt::format(
          "the rule in JavaScript of the op '{}' has '{}' in it, which would end the script of a page: put a "
          "blank behind the '<'",
          op.name(), end));
  const auto [found, made] = places_.emplace(std::move(function), scripts_.size());
  if (made) scripts_.push_back(fmt::format("rules[{}] = {};", found->second, found->first));
  return found->second;
}

}  // namespace gradus::page
