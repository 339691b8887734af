// Laws of the table of settings.
#include <gradus/base/json.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/report/command.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <map>
#include <optional>

using namespace gradus;
using namespace gradus::test;

namespace {

/// The settings that this command line gives.
TrainSettings parsed(const std::string& model, const std::string& line) {
  TrainSettings settings = default_settings(model);
  CLI::App command;
  using enum SettingGroup;
  cli::add_setting_flags(command, settings, {SettingGroup::data, network, optimizer, training, run});
  command.parse(line);
  return settings;
}

TrainSettings read_back(const nlohmann::json& json) {
  return settings_from_json(JsonValue(json, "config.json"));
}

/// A value that is not the default, as the flag takes it. A new setting that is a text needs one here.
std::string other_value(const Setting& setting, const TrainSettings& usual) {
  static const std::map<std::string_view, std::string> texts{
      {"layers", "relu"},       {"data", "fashion-mnist"}, {"data_dir", "some/where"},
      {"init", "gaussian:0.5"}, {"schedule", "warm-up:7"}, {"augment", "shift:pixels=1"},
      {"save_every", "30s"}};
  if (const auto own = texts.find(setting.name); own != texts.end()) return own->second;
  if (setting.rule.names)
    for (const std::string& name : setting.rule.names(*usual.parts))
      if (name != setting.text(usual)) return name;
  const bool whole = setting.type == "N";
  if (setting.type == "SIZES") return "7,6,5";
  return setting.text(usual) == "0.25" ? "0.5" : whole ? "3" : "0.25";
}

/// A value that no run can have, where there is one for its type.
std::optional<std::string> impossible_value(const Setting& setting) {
  if (setting.type == "SIZES") return "7,0";
  if (setting.rule.read && !setting.name.starts_with("data")) return "no-such-thing";
  if (std::isfinite(setting.limits.min)) return fmt::format("{}", setting.limits.min - 1);
  return std::nullopt;
}

nlohmann::json as_json(const Setting& setting, const std::string& value) {
  if (setting.type == "SIZES") return nlohmann::json::parse("[" + value + "]");
  if (setting.rule.read) return value;
  return nlohmann::json::parse(value);
}

template <class Check>
void for_each_setting(const Check& check) {
  for (const std::string& model : library_parts().model_names())
    for (const Setting& setting : settings_table())
      if (setting.is_of(model)) BOOST_TEST_CONTEXT(model << " " << setting.flag()) check(model, setting);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(table_of_settings)

BOOST_AUTO_TEST_CASE(flag_and_config_give_it_alike_and_both_give_it_back) {
  for_each_setting([](const std::string& model, const Setting& setting) {
    const TrainSettings usual = default_settings(model);
    const bool is_switch = setting.type.empty();
    const bool is_taken_back = !setting.opposite_flag().empty();
    const std::string value = !is_switch ? other_value(setting, usual) : is_taken_back ? "false" : "true";
    const std::string words = is_taken_back ? setting.opposite_flag()
                              : is_switch   ? setting.flag()
                                            : setting.flag() + " " + value;
    const TrainSettings by_flag = parsed(model, words);
    check(by_flag);
    const nlohmann::json json = by_flag;
    BOOST_TEST((setting.text(by_flag) != setting.text(usual)));
    BOOST_TEST(setting.text(by_flag).value() == value);

    nlohmann::json config = usual;
    config[std::string(setting.name)] = as_json(setting, value);
    BOOST_TEST(nlohmann::json(read_back(config)) == json);
    BOOST_TEST(nlohmann::json(read_back(json)) == json);

    const std::string repeat = train_command(by_flag);
    if (setting.in_command != InCommand::never) {
      BOOST_TEST(repeat.find(" " + words) != std::string::npos, repeat);
      const std::string start = "gradus train " + model;
      BOOST_TEST(nlohmann::json(parsed(model, repeat.substr(start.size()))) == json);
    }
    if (!setting.alias.empty())
      BOOST_TEST(nlohmann::json(parsed(model, fmt::format("--{} {}", setting.alias, value))) == json);
  });
}

BOOST_AUTO_TEST_CASE(flag_and_config_refuse_it_with_one_message) {
  int refused = 0;
  for_each_setting([&](const std::string& model, const Setting& setting) {
    const auto value = impossible_value(setting);
    if (!value) return;
    ++refused;
    std::string message;
    try {
      check(parsed(model, setting.flag() + "=" + *value));
    } catch (const Error& error) {
      message = error.what();
    }
    BOOST_TEST(message != "");
    nlohmann::json config = default_settings(model);
    config[std::string(setting.name)] = as_json(setting, *value);
    check_refused<FileError>([&] { read_back(config); },
                             "'config.json': " + message + "; the file is damaged or was changed by hand");
  });
  BOOST_TEST(refused > 30);
}

BOOST_AUTO_TEST_CASE(flags_of_rules_are_those_of_their_parameters) {
  for (const RegisteredRule& rule : library_parts().rules)
    for (const PartParameter& parameter : rule.parameters)
      BOOST_TEST_CONTEXT(rule.name << " " << parameter.name) {
        const std::string flag = hyper_flag(parameter.name);
        const auto with = [&](double value) {
          return parsed("mlp", fmt::format("--optimizer {} {}={}", rule.name, flag, value));
        };
        const TrainSettings settings = with(0.25);
        check(settings);
        BOOST_TEST(hyper_values(settings).at(parameter.name) == 0.25);
        BOOST_TEST(nlohmann::json(read_back(settings)) == nlohmann::json(settings));
        const TrainSettings impossible = with(parameter.limits.min - 1);
        const std::string message =
            fmt::format("{} must be {}, not {}", flag, parameter.limits.text(), parameter.limits.min - 1);
        check_refused<ValueError>([&] { check(impossible); }, message);
        check_refused<FileError>(
            [&] { read_back(impossible); },
            "'config.json': " + message + "; the file is damaged or was changed by hand");
      }
  BOOST_TEST(parsed("mlp", "--learning-rate 0.5").hyper.at("learning_rate") == 0.5);
}

BOOST_AUTO_TEST_CASE(names_courses_use_become_the_library_s) {
  const TrainSettings settings =
      parsed("mlp", "--init xavier --optimizer nag --loss mse --batch-size 7 --schedule warm-up:7+cosine");
  BOOST_TEST(settings.init == "glorot");
  BOOST_TEST(settings.optimizer == "nesterov");
  BOOST_TEST(settings.loss == "squared-error");
  BOOST_TEST(settings.batch == 7);
  nlohmann::json config = settings;
  config["init"] = "random:0.5";
  BOOST_TEST(read_back(config).init == "uniform:0.5");
}

BOOST_AUTO_TEST_CASE(what_only_another_model_has_is_no_flag) {
  for (const Setting& setting : settings_table())
    if (!setting.is_of("mlp")) BOOST_CHECK_THROW(parsed("mlp", setting.flag() + " 1"), CLI::ExtrasError);
}

BOOST_AUTO_TEST_SUITE_END()
