#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>

#include <fmt/format.h>

#include <set>
#include <system_error>

namespace gradus {
namespace {

using nlohmann::json;

constexpr int deepest = 64;
constexpr std::uintmax_t largest_file = std::uintmax_t{64} << 20;

/// What nlohmann says without its name for the exception: "parse error at line 1, column 2: …".
std::string reason_of(const json::exception& error) {
  const std::string text = error.what();
  const std::size_t end = text.find("] ");
  return end == std::string::npos ? text : text.substr(end + 2);
}

std::string in_words(const json& value) {
  constexpr std::size_t longest = 40;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  const std::string text = json_text(value);
  return text.size() <= longest ? text : "a text of " + std::to_string(text.size() - 2) + " bytes";
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw FileError(fmt::format("cannot read '{}': {}", name, why));
}

}  // namespace

json parse_json(std::string_view text, const std::string& name) {
  std::vector<std::set<std::string>> open;
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if ((event == Event::object_start || event == Event::array_start) && depth >= deepest)
      refuse(name, fmt::format("its JSON nests deeper than {} arrays and objects", deepest));
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key && !open.back().insert(value.get<std::string>()).second)
      refuse(name, fmt::format("its JSON has two members of one object with the name '{}'",
                               value.get_ref<const std::string&>()));
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::exception& error) {
    refuse(name,
           fmt::format("it holds no JSON: {}; the file is damaged or of another kind", reason_of(error)));
  }
}

json read_json(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  // Of a device or a pipe nobody knows where it ends.
  if (fs::exists(path, code) && !fs::is_regular_file(path, code) && !fs::is_directory(path, code))
    refuse(path.string(), "it is no file");
  const std::uintmax_t size = fs::file_size(path, code);
  if (!code && size > largest_file)
    refuse(path.string(),
           fmt::format("its {} bytes are more than the {} of any JSON file of ours", size, largest_file));
  return parse_json(read_file(path), path.string());
}

std::string json_text(const json& json, int indent) {
  const std::string text = json.dump(indent, ' ', false, json::error_handler_t::replace);
  std::string result;
  for (std::string_view left = text; !left.empty();) {
    const auto first = first_character(left);
    const std::size_t size = first ? first->size : 1;
    const std::string_view character = left.substr(0, size);
    // Outside of strings JSON is ASCII; beyond the lines' ends dump() has no other control characters.
    result += size > 1 && printable_line(character) != character
                  ? fmt::format("\\u{:04x}", static_cast<unsigned>(first->character))
                  : std::string(character);
    left.remove_prefix(size);
  }
  return result;
}

JsonValue JsonValue::at(const std::string& name) const {
  if (auto found = find(name)) return *found;
  throw FileError(fmt::format("'{}' has no '{}'; the file is damaged or was changed by hand", file_,
                              key_.empty() ? name : key_ + "." + name));
}

std::optional<JsonValue> JsonValue::find(const std::string& name) const {
  if (!value_->is_object()) must_be("an object");
  const auto found = value_->find(name);
  if (found == value_->end()) return std::nullopt;
  return JsonValue(*found, file_, key_.empty() ? name : key_ + "." + name);
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::members() const {
  if (!value_->is_object()) must_be("an object");
  std::vector<std::pair<std::string, JsonValue>> result;
  for (const auto& [name, value] : value_->items()) result.emplace_back(name, at(name));
  return result;
}

std::vector<JsonValue> JsonValue::elements() const {
  if (!value_->is_array()) must_be("a list");
  std::vector<JsonValue> result;
  for (std::size_t i = 0; i < value_->size(); ++i)
    result.emplace_back((*value_)[i], file_, fmt::format("{}[{}]", key_, i));
  return result;
}

void JsonValue::must_be(std::string_view expected) const {
  if (key_.empty())
    throw FileError(fmt::format("'{}' must hold {}, not {}; the file is damaged or was changed by hand",
                                file_, expected, in_words(*value_)));
  throw FileError(fmt::format("'{}': '{}' must be {}, not {}; the file is damaged or was changed by hand",
                              file_, key_, expected, in_words(*value_)));
}

bool JsonValue::boolean() const {
  if (!value_->is_boolean()) must_be("true or false");
  return value_->get<bool>();
}

double JsonValue::number() const {
  if (!value_->is_number()) must_be("a number");
  return value_->get<double>();
}

const std::string& JsonValue::text() const {
  if (!value_->is_string()) must_be("a text");
  return value_->get_ref<const std::string&>();
}

std::int64_t JsonValue::whole(std::int64_t min, std::int64_t max) const {
  const bool fits = value_->is_number_unsigned()
                        ? value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(max)
                        : value_->is_number_integer() && value_->get<std::int64_t>() >= min &&
                              value_->get<std::int64_t>() <= max;
  if (!fits) must_be(fmt::format("a whole number from {} to {}", min, max));
  return value_->get<std::int64_t>();
}

std::uint64_t JsonValue::whole(std::uint64_t max) const {
  const bool negative =
      !value_->is_number_unsigned() && value_->is_number_integer() && value_->get<std::int64_t>() < 0;
  if (!value_->is_number_integer() || negative || value_->get<std::uint64_t>() > max)
    must_be(fmt::format("a whole number from 0 to {}", max));
  return value_->get<std::uint64_t>();
}

}  // namespace gradus
