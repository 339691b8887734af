#include <gradus/graph/declare/op.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace gradus {

bool operator==(const Attribute& a, const Attribute& b) {
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  if (a.name != b.name || a.value.index() != b.value.index()) return false;
  if (const auto* number = std::get_if<double>(&a.value))
    return bits(*number) == bits(std::get<double>(b.value));
  if (const auto* numbers = std::get_if<std::vector<double>>(&a.value))
    return std::ranges::equal(*numbers, std::get<std::vector<double>>(b.value), {}, bits, bits);
  return a.value == b.value;
}

std::string to_string(const Attribute::Value& value) {
  struct {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(Index v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return fmt::format("{}", v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(const std::vector<Index>& v) const {
      return fmt::format("({})", fmt::join(v, ", "));
    }
    std::string operator()(const std::vector<double>& v) const {
      if (v.size() > 4) return fmt::format("[{} numbers]", v.size());
      return fmt::format("[{}]", fmt::join(v, ", "));
    }
    std::string operator()(const Shape& v) const { return gradus::to_string(v); }
  } text;
  return std::visit(text, value);
}

std::string to_string(const Attributes& attributes) {
  std::string text;
  for (const Attribute& attribute : attributes) {
    if (attribute.name == "shape" || attribute.name == "index" || attribute.value == Attribute::Value(false))
      continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", attribute.name);
    if (attribute.value != Attribute::Value(true)) text += "=" + to_string(attribute.value);
  }
  return text;
}

}  // namespace gradus
