#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/number.hpp>
#include <gradus/sweep/settings.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace gradus::sweep {
namespace {

/// What all trials of a sweep have in common.
constexpr std::array<std::string_view, 3> common{"data", "validation", "keep"};

bool may_vary(const Setting& setting, const TrainSettings& base) {
  return setting.decides && setting.group != SettingGroup::run && setting.is_of(base.model, *base.parts) &&
         !is_common(std::string(setting.name));
}

bool is_of_hidden(const std::string& parameter) {
  return parameter == hidden_layers || parameter == hidden_size;
}

/// The first letters of a name's words, or of its only word: "learning_rate" is lr. A longer name that a
/// setting has too speaks for it: batch is bs, of batch-size.
std::string initials(std::string name) {
  if (const Setting* setting = find_setting(name); setting != nullptr && setting->alias.size() > 0) {
    name = setting->alias;
    std::ranges::replace(name, '-', '_');
  }
  const std::size_t second = name.find('_');
  return second == std::string::npos ? name.substr(0, 2) : std::string{name[0], name[second + 1]};
}

}  // namespace

bool is_common(const std::string& setting) { return std::ranges::find(common, setting) != common.end(); }

std::vector<std::string> parameter_names(const TrainSettings& base) {
  std::vector<std::string> names;
  for (const Setting& setting : settings_table()) {
    if (!may_vary(setting, base)) continue;
    names.emplace_back(setting.name);
    if (setting.name == "hidden")
      names.insert(names.end(), {std::string(hidden_layers), std::string(hidden_size)});
    if (setting.name != "optimizer") continue;
    for (const RegisteredRule& rule : base.parts->rules)
      for (const std::string& parameter : rule.parameter_names())
        if (std::ranges::find(names, parameter) == names.end()) names.push_back(parameter);
  }
  return names;
}

std::string parameter_name(const TrainSettings& base, const std::string& text) {
  std::string name = text.starts_with("--") ? text.substr(2) : text;
  std::ranges::replace(name, '-', '_');
  if (name == "lr") return "learning_rate";
  for (const Setting& setting : settings_table()) {
    std::string alias(setting.alias);
    std::ranges::replace(alias, '-', '_');
    if (!alias.empty() && alias == name) name = setting.name;
  }
  if (is_common(name))
    throw NameError(fmt::format("{} cannot vary: all trials of a sweep are compared on the same", name));
  require_known("parameter", name, parameter_names(base));
  return name;
}

bool is_of_rule(const TrainSettings& base, const std::string& parameter) {
  return std::ranges::any_of(base.parts->rules, [&](const RegisteredRule& rule) {
    return std::ranges::find(rule.parameters, parameter, &PartParameter::name) != rule.parameters.end();
  });
}

bool is_number(const TrainSettings& base, const std::string& parameter) {
  const Setting* setting = find_setting(parameter);
  return setting != nullptr ? setting->is_number() : is_of_hidden(parameter) || is_of_rule(base, parameter);
}

bool is_whole_number(const std::string& parameter) {
  const Setting* setting = find_setting(parameter);
  return setting != nullptr ? setting->is_whole_number() : is_of_hidden(parameter);
}

void set(TrainSettings& settings, const std::string& parameter, const std::string& text) {
  if (const Setting* setting = find_setting(parameter)) {
    setting->set(settings, text);
    setting->settle(settings);
  } else if (is_of_hidden(parameter)) {
    Index number = 0;
    if (!read_number(text, number) || number < 1)
      throw ValueError(
          fmt::format("{} takes a whole number of at least 1, not '{}'", hyper_flag(parameter), text));
    settings.hidden = {number};
    setting_named("hidden").settle(settings);
  } else {
    double number = 0;
    if (!read_number(text, number))
      throw ValueError(fmt::format("{} takes a number, not '{}'", hyper_flag(parameter), text));
    settings.hyper[parameter] = number;
  }
}

void set_all(TrainSettings& settings, const Values& values) {
  for (const auto& [name, text] : values.each) set(settings, name, text);
  const std::string* layers = values.find(hidden_layers);
  const std::string* size = values.find(hidden_size);
  if (layers == nullptr && size == nullptr) return;
  if (layers == nullptr || size == nullptr)
    throw ValueError(
        fmt::format("{} and {} go together: give both, one value each at least", hidden_layers, hidden_size));
  setting_named("hidden").set(settings, *size + "x" + *layers);
}

std::string own_text(const TrainSettings& base, const std::string& parameter, const std::string& text) {
  TrainSettings settings = base;
  set(settings, parameter, text);
  if (const Setting* setting = find_setting(parameter)) return setting->text(settings).value_or(text);
  return is_of_hidden(parameter) ? fmt::format("{}", settings.hidden.front())
                                 : fmt::format("{}", settings.hyper.at(parameter));
}

std::string short_value(const std::string& text) {
  std::string value = text;
  double number = 0;
  if (read_number(text, number)) {
    std::string scientific = fmt::format("{:e}", number);
    const std::size_t e = scientific.find('e');
    std::string digits = scientific.substr(0, e);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
    int exponent = 0;
    read_number(std::string_view(scientific).substr(e + (scientific[e + 1] == '+' ? 2 : 1)), exponent);
    scientific = fmt::format("{}e{}", digits, exponent);
    double same = 0;
    if (scientific.size() < value.size() && read_number(scientific, same) && same == number)
      value = scientific;
  }
  // Equal sizes, as `hidden` takes them.
  if (const std::vector<std::string> sizes = split_text(value, ',');
      sizes.size() > 1 &&
      std::ranges::count(sizes, sizes.front()) == static_cast<std::ptrdiff_t>(sizes.size()))
    value = fmt::format("{}x{}", sizes.front(), sizes.size());
  std::string plain;
  for (const char c : value) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '+';
    if (kept)
      plain += c;
    else if (!plain.empty() && plain.back() != '-')
      plain += '-';
  }
  return plain;
}

std::vector<std::string> short_names(const Values& values) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const auto& [parameter, text] : values.each) {
    const std::string letters = initials(parameter);
    names.push_back(taken.insert(letters).second ? letters : parameter);
  }
  return names;
}

std::string short_name(const Values& values, std::size_t most) {
  const std::vector<std::string> names = short_names(values);
  std::string name;
  for (std::size_t i = 0; i < names.size(); ++i)
    name += fmt::format("{}{}_{}", i == 0 ? "" : "_", names[i], short_value(values.each[i].second));
  if (name.size() > most) name.resize(most);
  return name;
}

}  // namespace gradus::sweep
