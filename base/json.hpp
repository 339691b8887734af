#pragma once

#include <nlohmann/json.hpp>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gradus {

/// Reads text that holds JSON; `name` names its file in errors. Throws FileError for text that is no JSON, or
/// nests deeper than 64 arrays and objects, or names a member of an object twice: none of our files does, and
/// what comes after the reader may walk down by recursion.
nlohmann::json parse_json(std::string_view text, const std::string& name);

/// Reads a file that holds JSON. Throws FileError as read_file() and parse_json() do, and for devices, pipes
/// and files of more than 64 MiB.
nlohmann::json read_json(const std::filesystem::path& path);

/// JSON as text, on one line or indented. Strings keep their characters, but for what printable_line() would
/// not let through, which stands as \uNNNN; bytes that are no UTF-8 become U+FFFD.
std::string json_text(const nlohmann::json& json, int indent = -1);

/// A value of a JSON file that knows its place, so that what is wrong with it can be said: each function
/// throws FileError naming the file, the key and what was expected there. The value must outlive this.
class JsonValue {
 public:
  /// `key` is the value's own, as in "settings"; none for the whole of the file.
  JsonValue(const nlohmann::json& value, std::string file, std::string key = "")
      : value_(&value), file_(std::move(file)), key_(std::move(key)) {}

  const nlohmann::json& json() const { return *value_; }
  const std::string& file() const { return file_; }
  bool is_null() const { return value_->is_null(); }

  /// A member of an object. Throws FileError for another value, or one without it.
  JsonValue at(const std::string& name) const;
  /// The same, or nothing where the object has none of this name.
  std::optional<JsonValue> find(const std::string& name) const;
  /// The members of an object, by their names.
  std::vector<std::pair<std::string, JsonValue>> members() const;
  /// The elements of an array.
  std::vector<JsonValue> elements() const;

  /// The value as a C++ one: bool, whole numbers within the range of their type, other numbers as float and
  /// double, text, vectors, maps from text, and optionals, which are empty for null. Never converted: 2.7 and
  /// 1e21 are no whole numbers, 1 is no bool.
  template <class T>
  T get() const;
  template <class T>
  void get_to(T& value) const {
    value = get<T>();
  }

  /// Throws FileError saying what this value must be.
  [[noreturn]] void must_be(std::string_view expected) const;

 private:
  bool boolean() const;
  double number() const;
  const std::string& text() const;
  std::int64_t whole(std::int64_t min, std::int64_t max) const;
  std::uint64_t whole(std::uint64_t max) const;

  const nlohmann::json* value_;
  std::string file_;
  std::string key_;
};

namespace detail {

template <class T>
struct JsonElement {};
template <class T>
struct JsonElement<std::vector<T>> {
  using type = T;
};
template <class T>
struct JsonElement<std::map<std::string, T>> {
  using type = T;
};
template <class T>
struct JsonElement<std::optional<T>> {
  using type = T;
};
template <class T>
using JsonElementOf = typename JsonElement<T>::type;

}  // namespace detail

template <class T>
T JsonValue::get() const {
  if constexpr (std::same_as<T, bool>) {
    return boolean();
  } else if constexpr (std::signed_integral<T>) {
    return static_cast<T>(whole(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  } else if constexpr (std::unsigned_integral<T>) {
    return static_cast<T>(whole(std::numeric_limits<T>::max()));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(number());
  } else if constexpr (std::same_as<T, std::string>) {
    return text();
  } else if constexpr (std::same_as<T, std::optional<detail::JsonElementOf<T>>>) {
    return is_null() ? T() : T(get<detail::JsonElementOf<T>>());
  } else if constexpr (std::same_as<T, std::vector<detail::JsonElementOf<T>>>) {
    T result;
    for (const JsonValue& element : elements())
      result.push_back(element.template get<detail::JsonElementOf<T>>());
    return result;
  } else {
    static_assert(std::same_as<T, std::map<std::string, detail::JsonElementOf<T>>>);
    T result;
    for (const auto& [name, member] : members())
      result[name] = member.template get<detail::JsonElementOf<T>>();
    return result;
  }
}

}  // namespace gradus
