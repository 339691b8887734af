#include <gradus/base/error.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/number.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace gradus {
namespace {

std::vector<std::string> known_hypers(const Parts& parts) {
  std::set<std::string> names;
  for (const RegisteredRule& rule : parts.rules)
    for (const PartParameter& parameter : rule.parameters) names.insert(parameter.name);
  return {names.begin(), names.end()};
}

/// The rules that a parameter goes with, and for the decay of weights what goes with every rule.
std::string who_has(const TrainSettings& settings, const std::string& name) {
  std::vector<std::string> rules;
  for (const RegisteredRule& rule : settings.parts->rules)
    if (std::ranges::find(rule.parameters, name, &PartParameter::name) != rule.parameters.end())
      rules.push_back(rule.name);
  return fmt::format(
      "it goes with {}{}", fmt::join(rules, ", "),
      name == "weight_decay"
          ? ". With every optimizer --l2 λ adds 2 λ w to the gradient of a weight: give it half of the decay"
          : "");
}

void check_hyper(const TrainSettings& settings) {
  const RegisteredRule& rule = settings.parts->rules.find(settings.optimizer);
  const std::vector<std::string> known = known_hypers(*settings.parts);
  for (const auto& [name, value] : settings.hyper) {
    require_known("hyper-parameter", name, known);
    const std::string flag = hyper_flag(name);
    const auto own = std::ranges::find(rule.parameters, name, &PartParameter::name);
    if (own == rule.parameters.end())
      throw ValueError(fmt::format("{} does not go with the optimizer {}, which has {}; {}", flag, rule.name,
                                   fmt::join(rule.parameter_names(), ", "), who_has(settings, name)));
    if (!own->limits.holds(value))
      throw ValueError(fmt::format("{} must be {}, not {}", flag, own->limits.text(), value));
  }
}

/// Throws for what no run can have, and gives the parts their own names.
void settle(TrainSettings& settings) {
  settings.parts->model(settings.model);
  for (const Setting& setting : settings_table()) setting.settle(settings);
  check_hyper(settings);
  if (settings.keeps_best() && settings.validation == 0)
    throw ValueError("--keep best chooses by the validation split: give --validation a number above 0");
}

}  // namespace

TrainSettings default_settings(const std::string& model, const Parts& parts) {
  TrainSettings settings;
  settings.parts = &parts;
  settings.model = model;
  if (const auto& begin = parts.model(model).begin) begin(settings);
  return settings;
}

void use_model_size(TrainSettings& settings, const std::string& size) {
  require_known("model size", size, {"lenet", "accurate"});
  const bool accurate = size == "accurate";
  settings.channels = accurate ? std::vector<Index>{16, 16, 32, 48, 64, 64} : std::vector<Index>{6, 16};
  settings.kernel = accurate ? 3 : 5;
  settings.padding = accurate ? 1 : 0;
  settings.pool_every = accurate ? 2 : 1;
  settings.hidden = accurate ? std::vector<Index>{} : std::vector<Index>{120, 84};
  settings.normalisation = accurate ? "batch" : "none";
  settings.dropout = accurate ? 0 : 0.3;
  settings.init = "he";
}

std::vector<Index> parse_sizes(const std::string& flag, const std::string& text) {
  std::vector<Index> sizes;
  if (text.empty() || text == "none") return sizes;
  for (const std::string& word : split_text(text, ',')) {
    constexpr std::size_t most_layers = 1000;
    const std::size_t times = word.find('x');
    Index size = 0;
    std::size_t count = 1;
    if (!read_number(std::string_view(word).substr(0, times), size) ||
        (times != std::string::npos && !read_number(std::string_view(word).substr(times + 1), count)) ||
        count < 1 || count > most_layers)
      throw ValueError(fmt::format(
          "{} takes sizes separated by commas, as in 500,250,100 or 64x3, or none; not '{}'", flag, text));
    sizes.insert(sizes.end(), count, size);
  }
  return sizes;
}

std::string hyper_flag(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name == "learning-rate" ? "--lr" : "--" + name;
}

std::map<std::string, double> hyper_values(const TrainSettings& settings) {
  std::map<std::string, double> values = settings.hyper;
  values.merge(settings.parts->rules.find(settings.optimizer).defaults());
  return values;
}

void check(const TrainSettings& settings) {
  TrainSettings checked = settings;
  settle(checked);
}

void resolve_parts(TrainSettings& settings, std::size_t examples) {
  if (!settings.validation_part) return;
  settings.validation =
      static_cast<std::size_t>(std::llround(*settings.validation_part * static_cast<double>(examples)));
  settings.validation_part.reset();
}

TrainSettings with_data(TrainSettings settings, const data::Dataset& found) {
  if (settings.data) return settings;
  const auto known = data::known_sets();
  const bool by_name = found.source == data::Source::generated ||
                       std::ranges::any_of(known, [&](const auto& set) { return set.name == found.name; });
  settings.data = by_name ? found.name : found.origin;
  check(settings);
  return settings;
}

void to_json(nlohmann::json& json, const TrainSettings& settings) {
  json = {{"model", settings.model}, {"hyper", settings.hyper}};
  for (const Setting& setting : settings_table()) json[std::string(setting.name)] = setting.json(settings);
}

TrainSettings settings_from_json(const JsonValue& json, const Parts& parts) {
  TrainSettings settings;
  settings.parts = &parts;
  json.at("model").get_to(settings.model);
  json.at("hyper").get_to(settings.hyper);
  for (const Setting& setting : settings_table()) {
    const std::string name(setting.name);
    if (!setting.later || json.find(name))
      setting.read_json(json.at(name), settings);
    else if (!setting.earlier.empty())
      setting.set(settings, std::string(setting.earlier));
  }
  try {
    settle(settings);
  } catch (const Error& error) {
    throw FileError(
        fmt::format("'{}': {}; the file is damaged or was changed by hand", json.file(), error.what()));
  }
  return settings;
}

}  // namespace gradus
