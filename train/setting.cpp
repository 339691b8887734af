#include <gradus/base/error.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/number.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <concepts>

namespace gradus {
namespace {

template <class T>
using Plain = std::remove_cvref_t<T>;

/// What an optional holds; other types hold themselves.
template <class T>
struct Held {
  using type = T;
};
template <class T>
struct Held<std::optional<T>> {
  using type = T;
};

void require(const std::string& what, const Limits& limits, double value) {
  if (!limits.holds(value))
    throw ValueError(fmt::format("{} must be {}, not {}", what, limits.text(), value));
}

void require(const std::string& what, const Limits& limits, std::int64_t value) {
  const auto number = static_cast<double>(value);
  if (number < limits.min)
    throw ValueError(fmt::format("{} must be at least {}, not {}", what, limits.min, value));
  if (number > limits.max)
    throw ValueError(fmt::format("{} must be at most {:.0f}, not {}", what, limits.max, value));
}

template <class T>
std::string text_of(const T& value) {
  if constexpr (std::same_as<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::same_as<T, std::vector<Index>>)
    return value.empty() ? "none" : fmt::format("{}", fmt::join(value, ","));
  else if constexpr (std::same_as<T, std::filesystem::path>)
    return value.string();
  else
    return fmt::format("{}", value);
}

}  // namespace

const Setting* find_setting(std::string_view name) {
  const auto table = settings_table();
  const auto found = std::ranges::find(table, name, &Setting::name);
  return found == table.end() ? nullptr : &*found;
}

const Setting& setting_named(std::string_view name) {
  const Setting* setting = find_setting(name);
  if (setting == nullptr) throw NameError(fmt::format("there is no setting '{}'", name));
  return *setting;
}

nlohmann::json deciding(const TrainSettings& settings) {
  nlohmann::json json = settings;
  for (const Setting& setting : settings_table())
    if (!setting.decides) json.erase(std::string(setting.name));
  return json;
}

bool Setting::is_of(const std::string& of_model, const Parts& parts) const {
  const bool is_own = parts.model(of_model).declare != nullptr;
  return (model.empty() || model == of_model) && !(is_own && (preset || listed));
}

std::string Setting::help_text(const Parts& parts) const {
  return rule.names ? fmt::format("{} {}", fmt::join(rule.names(parts), "|"), help) : std::string(help);
}

std::string Setting::flag() const {
  std::string flag = "--" + std::string(name);
  std::ranges::replace(flag, '_', '-');
  return flag;
}

std::string Setting::opposite_flag() const {
  static const TrainSettings defaults;
  const auto* of = std::get_if<bool S::*>(&member);
  return of != nullptr && defaults.**of ? "--no-" + flag().substr(2) : "";
}

std::string Setting::words(const std::string& text, std::string (*quoted)(const std::string&)) const {
  if (!type.empty()) return fmt::format("{} {}", flag(), quoted(text));
  return text == "true" ? flag() : opposite_flag();
}

bool Setting::is_number() const {
  return std::visit(
      []<class T>(T S::*) {
        using H = typename Held<T>::type;
        return std::is_arithmetic_v<H> && !std::same_as<H, bool>;
      },
      member);
}

bool Setting::is_whole_number() const {
  return is_number() &&
         std::visit([]<class T>(T S::*) { return std::integral<typename Held<T>::type>; }, member);
}

std::optional<std::string> Setting::text(const TrainSettings& settings) const {
  return std::visit(
      [&](auto of) -> std::optional<std::string> {
        const auto& value = settings.*of;
        using T = Plain<decltype(value)>;
        if constexpr (std::same_as<T, typename Held<T>::type>)
          return text_of(value);
        else
          return value ? std::optional(text_of(*value)) : std::nullopt;
      },
      member);
}

void Setting::set(TrainSettings& settings, const std::string& text) const {
  if (part != nullptr) {
    double share = 0;
    if (read_number(text, share) && share > 0 && share < 1) {
      settings.*part = share;
      return;
    }
    (settings.*part).reset();
  }
  std::visit(
      [&](auto of) {
        auto& value = settings.*of;
        using T = Plain<decltype(value)>;
        using H = typename Held<T>::type;
        if constexpr (std::same_as<T, std::string>)
          value = rule.read ? rule.read(*settings.parts, text) : text;
        else if constexpr (std::same_as<H, std::string> || std::same_as<H, std::filesystem::path>)
          // A folder is judged by settle() alone: commands that keep nothing take what config.json could not.
          value = H(rule.read && group != SettingGroup::data ? rule.read(*settings.parts, text) : text);
        else if constexpr (std::same_as<H, std::vector<Index>>)
          value = parse_sizes(flag(), text);
        else if constexpr (std::same_as<H, bool>) {
          if (text != "true" && text != "false")
            throw ValueError(fmt::format("{} is true or false, not '{}'", flag(), text));
          value = text == "true";
        } else {
          H number{};
          if (!read_number(text, number))
            throw ValueError(fmt::format("{} takes a {}number{}, not '{}'", flag(),
                                         std::integral<H> ? "whole " : "",
                                         part != nullptr ? " or a part such as 0.1" : "", text));
          value = number;
        }
      },
      member);
}

void Setting::copy(const TrainSettings& from, TrainSettings& to) const {
  std::visit([&](auto of) { to.*of = from.*of; }, member);
}

void Setting::settle(TrainSettings& settings) const {
  static const TrainSettings defaults;
  const auto check = [&](const auto& value) {
    using T = Plain<decltype(value)>;
    if constexpr (std::same_as<T, double>)
      require(flag(), limits, value);
    else if constexpr (std::signed_integral<T>)
      require(flag(), limits, std::int64_t{value});
    else if constexpr (std::same_as<T, std::vector<Index>>)
      for (const Index each : value) require("each size of " + flag(), limits, std::int64_t{each});
  };
  std::visit(
      [&](auto of) {
        auto& value = settings.*of;
        using T = Plain<decltype(value)>;
        using H = typename Held<T>::type;
        if (value == defaults.*of) return;
        if constexpr (std::same_as<T, H>)
          check(value);
        else if (value)
          check(*value);
        if constexpr (std::same_as<H, std::string> || std::same_as<H, std::filesystem::path>)
          if (const auto given = text(settings); given && rule.read)
            value = H(rule.read(*settings.parts, *given));
      },
      member);
}

nlohmann::json Setting::json(const TrainSettings& settings) const {
  return std::visit(
      [&](auto of) -> nlohmann::json {
        const auto& value = settings.*of;
        using T = Plain<decltype(value)>;
        if constexpr (std::same_as<typename Held<T>::type, std::filesystem::path>)
          return value ? nlohmann::json(value->string()) : nlohmann::json();
        else if constexpr (std::same_as<typename Held<T>::type, T>)
          return value;
        else
          return value ? nlohmann::json(*value) : nlohmann::json();
      },
      member);
}

void Setting::read_json(const JsonValue& json, TrainSettings& settings) const {
  std::visit(
      [&](auto of) {
        auto& value = settings.*of;
        using T = Plain<decltype(value)>;
        if constexpr (std::same_as<typename Held<T>::type, std::filesystem::path>)
          value = json.get<std::optional<std::string>>();
        else
          json.get_to(value);
      },
      member);
}

}  // namespace gradus
