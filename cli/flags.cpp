#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/number.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/graph/run/program.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <thread>

namespace gradus::cli {
namespace {

/// The heading of a group in --help; none for what stands among the command's own options.
std::string heading(SettingGroup group) {
  switch (group) {
    case SettingGroup::data:
      return "Data";
    case SettingGroup::network:
      return "Network";
    case SettingGroup::optimizer:
      return "Optimizer";
    case SettingGroup::training:
      return "Training";
    case SettingGroup::run:
      break;
  }
  return "";
}

/// The size comes before the flags of its settings, so that what is said beside it changes it.
void add_model_size_flag(CLI::App& command, TrainSettings& settings) {
  command
      .add_option_function<std::string>(
          "--model-size", [&](const std::string& size) { use_model_size(settings, size); },
          "lenet: 6 and 16 channels, then dense layers of 120, 84 and 10; accurate: six 3 × 3 convolutions "
          "with batch "
          "normalisation, fewer than 100,000 parameters; the flags below change either [lenet]")
      ->type_name("NAME")
      ->group(heading(SettingGroup::network));
}

/// A flag for every parameter of a rule; those of one name share it.
void add_rule_flags(CLI::App& command, TrainSettings& settings) {
  std::vector<std::string> names;
  std::map<std::string, std::pair<std::string, std::vector<std::string>>> uses;  // help; rules with defaults
  for (const RegisteredRule& rule : settings.parts->rules)
    for (const PartParameter& parameter : rule.parameters) {
      const auto [use, is_new] = uses.try_emplace(parameter.name, parameter.help, std::vector<std::string>());
      if (is_new) names.push_back(parameter.name);
      use->second.second.push_back(fmt::format("{} {}", rule.name, parameter.default_value));
    }
  for (const std::string& name : names) {
    const auto& [help, rules] = uses.at(name);
    std::string flags = hyper_flag(name);
    if (flags == "--lr") flags += ",--learning-rate";
    command
        .add_option_function<double>(
            flags, [&settings, name](const double& value) { settings.hyper[name] = value; },
            fmt::format("{} ({})", help, fmt::join(rules, ", ")))
        ->type_name("NUMBER")
        ->group(heading(SettingGroup::optimizer));
  }
}

/// Numbers are read by CLI11, texts by the setting.
template <class T>
CLI::Option* add(CLI::App& command, const std::string& flags, T& value, TrainSettings& settings,
                 const Setting& setting) {
  const std::string help = setting.help_text(*settings.parts);
  if (setting.part != nullptr)
    return command.add_option_function<std::string>(
        flags, [&](const std::string& text) { setting.set(settings, text); }, help);
  if constexpr (std::same_as<T, bool>) {
    return command.add_flag(flags, value, help);
  } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::optional<double>> ||
                       std::same_as<T, std::optional<std::size_t>>) {
    CLI::Option* option = command.add_option(flags, value, help);
    if constexpr (std::same_as<T, std::size_t> || std::same_as<T, std::optional<std::size_t>>)
      option->check(whole_number);
    return option;
  } else {
    return command.add_option_function<std::string>(
        flags, [&](const std::string& text) { setting.set(settings, text); }, help);
  }
}

}  // namespace

int default_threads() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, unsigned{max_threads}));
}

std::string whole_number(const std::string& text) {
  std::uint64_t value = 0;
  return read_number(text, value) ? ""
                                  : fmt::format("must be a whole number from 0 to {}, not '{}'",
                                                std::numeric_limits<std::uint64_t>::max(), text);
}

CLI::Option* add_setting_flag(CLI::App& command, TrainSettings& settings, const Setting& setting) {
  std::string flags = setting.flag();
  if (!setting.alias.empty()) flags += fmt::format(",--{}", setting.alias);
  if (const std::string opposite = setting.opposite_flag(); !opposite.empty()) flags += ",!" + opposite;
  CLI::Option* option = std::visit(
      [&](auto member) { return add(command, flags, settings.*member, settings, setting); }, setting.member);
  if (setting.group != SettingGroup::run) option->group(heading(setting.group));
  if (setting.type.empty()) return option;
  if (const auto text = setting.text(settings); text && !text->empty()) option->default_str(*text);
  return option->type_name(std::string(setting.type));
}

void add_setting_flags(CLI::App& command, TrainSettings& settings,
                       std::initializer_list<SettingGroup> groups) {
  for (const SettingGroup group : groups) {
    if (group == SettingGroup::network && settings.model == "cnn") add_model_size_flag(command, settings);
    for (const Setting& setting : settings_table()) {
      if (setting.group != group || !setting.is_of(settings.model, *settings.parts)) continue;
      add_setting_flag(command, settings, setting);
      if (setting.name == "optimizer") add_rule_flags(command, settings);
    }
    if (group != SettingGroup::network || settings.parts->model(settings.model).declare) continue;
    CLI::Option* layers = command.get_option("--layers");
    if (settings.model == "cnn") layers->excludes(command.get_option("--model-size"));
    for (const Setting& setting : settings_table())
      if (setting.preset && setting.is_of(settings.model, *settings.parts))
        layers->excludes(command.get_option(setting.flag()));
  }
}

void refuse_settings(const CLI::App& command, const std::string& reason) {
  for (const CLI::Option* option : command.get_options())
    for (const SettingGroup group :
         {SettingGroup::data, SettingGroup::network, SettingGroup::optimizer, SettingGroup::training})
      if (option->count() > 0 && option->get_group() == heading(group) && option->get_name() != "--data-dir")
        throw ValueError(fmt::format("{} cannot be given here: {}", option->get_name(), reason));
}

data::TrainTest load_data(TrainSettings& settings, bool quiet) {
  data::Request request;
  request.name = settings.data;
  request.data_dir = settings.data_dir;
  if (!quiet) request.progress = data::report_to_stderr();
  data::TrainTest loaded = data::load(request);
  resolve_parts(settings, loaded.train.size());
  if (loaded.train.source == data::Source::generated) say("{}\n", data::announcement(loaded.train));
  return loaded;
}

}  // namespace gradus::cli
