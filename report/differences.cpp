#include <gradus/report/differences.hpp>
#include <gradus/train/setting.hpp>

#include <algorithm>

namespace gradus {

nlohmann::json flat_settings(const RunRecord& run) {
  nlohmann::json settings = of_model(run.settings, *run.settings.parts);
  settings.erase("hyper");
  settings.update(nlohmann::json(hyper_values(run.settings)));
  return settings;
}

std::string setting_text(const nlohmann::json& value) {
  if (value.is_null()) return "–";
  if (value.is_array()) {
    std::string text;
    for (const auto& each : value) text += (text.empty() ? "" : ",") + setting_text(each);
    return text.empty() ? "none" : text;
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<std::string> differing(const std::vector<nlohmann::json>& settings) {
  nlohmann::json all;
  for (const auto& each : settings) all.update(each);
  for (const Setting& setting : settings_table())
    if (!setting.decides) all.erase(std::string(setting.name));
  std::vector<std::string> names;
  for (const auto& [name, value] : all.items())
    if (std::ranges::any_of(settings, [&, key = name](const auto& each) {
          return each.value(key, nlohmann::json()) != settings.front().value(key, nlohmann::json());
        }))
      names.push_back(name);
  return names;
}

}  // namespace gradus
