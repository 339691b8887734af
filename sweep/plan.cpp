#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/number.hpp>
#include <gradus/sweep/method.hpp>
#include <gradus/sweep/plan.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace gradus::sweep {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::vector<std::string> listed(std::string_view text) {
  const char separator = text.find(';') == std::string_view::npos ? ',' : ';';
  std::vector<std::string> values;
  for (const std::string& value : split_text(text, separator))
    if (std::string plain = trimmed(value); !plain.empty()) values.push_back(std::move(plain));
  return values;
}

/// "1e-4..1e-2 log".
std::optional<Range> ranged(const std::string& text, const std::string& place) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  Range range{};
  std::string end = trimmed(std::string_view(text).substr(dots + 2));
  if (end.ends_with(" log")) {
    range.logarithmic = true;
    end = trimmed(std::string_view(end).substr(0, end.size() - 4));
  }
  if (!read_number(trimmed(std::string_view(text).substr(0, dots)), range.min) ||
      !read_number(end, range.max))
    throw ValueError(
        fmt::format("{}: '{}' is no range; it is written MIN..MAX or MIN..MAX log", place, text));
  return range;
}

/// Runs `what` and lets an error of it begin with the place.
template <class What>
auto at(const std::string& place, const What& what) {
  try {
    return what();
  } catch (const Error& error) {
    throw ValueError(fmt::format("{}: {}", place, error.what()));
  }
}

/// The rules that trials may have.
std::vector<std::string> rules_of(const Plan& plan, const std::vector<Parameter>& parameters) {
  const auto varied = std::ranges::find(parameters, "optimizer", &Parameter::name);
  if (varied == parameters.end()) return {plan.settings.optimizer};
  return varied->list;
}

/// A number of a rule is in effect where the rule has it.
void depend_on_rule(Parameter& parameter, const Plan& plan, const std::vector<Parameter>& parameters) {
  if (parameter.condition || !is_of_rule(plan.settings, parameter.name)) return;
  const std::vector<std::string> rules = rules_of(plan, parameters);
  std::vector<std::string> having;
  for (const std::string& rule : rules) {
    const auto names = plan.settings.parts->rules.find(rule).parameter_names();
    if (std::ranges::find(names, parameter.name) != names.end()) having.push_back(rule);
  }
  // With a rule alone that does not have it, the check of values says so.
  if (having.empty() || having.size() == rules.size()) return;
  parameter.condition = Condition{"optimizer", having};
}

/// Throws what a run with this value would; for a number of a rule, with each rule it can meet.
void check_value(const Plan& plan, const std::vector<Parameter>& parameters, const Parameter& parameter,
                 const std::string& text) {
  const auto with = [&](TrainSettings settings) {
    set(settings, parameter.name, text);
    check(settings);
  };
  TrainSettings settings = plan.settings;
  if (!is_of_rule(settings, parameter.name)) {
    // Not every rule need have the numbers that are given.
    if (std::ranges::find(parameters, "optimizer", &Parameter::name) != parameters.end())
      settings.hyper.clear();
    return with(settings);
  }
  const bool depends_on_rule = parameter.condition && parameter.condition->parameter == "optimizer";
  for (const std::string& rule : depends_on_rule ? parameter.condition->values : rules_of(plan, parameters)) {
    settings.optimizer = rule;
    settings.hyper.clear();
    with(settings);
  }
}

std::string number_text(double number, bool whole) {
  return whole ? fmt::format("{:.0f}", number) : fmt::format("{}", number);
}

/// Sizes have commas themselves: "784,128,10" could be one network or three.
void refuse_ambiguous(const Written& written, const std::string& name) {
  const bool is_sizes = name == "hidden" || name == "channels";
  if (!is_sizes || !written.has_commas || written.list.size() < 2) return;
  const std::string all = fmt::format("{}", fmt::join(written.list, ","));
  if (all.find('x') != std::string::npos) return;
  throw ValueError(fmt::format("is this one value or {}? Write {}={}; for one, {}={} for several",
                               written.list.size(), name, all, name, fmt::join(written.list, ";")));
}

/// What cannot vary may be given as one value, for all trials; says whether it was.
bool set_for_all(TrainSettings& settings, const Written& written) {
  const bool is_one = written.list.size() == 1 && !written.range && !written.condition;
  if (!is_one || !is_common(written.name)) return false;
  const Setting& setting = setting_named(written.name);
  setting.set(settings, written.list.front());
  setting.settle(settings);
  return true;
}

Parameter parameter_of(const Plan& plan, const Written& written) {
  Parameter parameter;
  parameter.name = parameter_name(plan.settings, written.name);
  refuse_ambiguous(written, parameter.name);
  parameter.range = written.range;
  if (parameter.range) {
    if (!is_number(plan.settings, parameter.name))
      throw ValueError(fmt::format("{} is no number and cannot have a range: give a list", parameter.name));
    parameter.range->whole = is_whole_number(parameter.name);
  }
  for (const std::string& text : written.list)
    parameter.list.push_back(own_text(plan.settings, parameter.name, text));
  if (written.condition) {
    Condition condition{parameter_name(plan.settings, written.condition->parameter), {}};
    for (const std::string& text : written.condition->values)
      condition.values.push_back(own_text(plan.settings, condition.parameter, text));
    parameter.condition = condition;
  }
  return parameter;
}

}  // namespace

Plan plan_for(const std::string& model, const Parts& parts) {
  Plan plan;
  plan.settings = default_settings(model, parts);
  plan.settings.threads = 1;
  plan.settings.log_every = static_cast<std::int64_t>(setting_named("log_every").limits.max);
  return plan;
}

Written read_parameter(const std::string& text, const std::string& place) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw ValueError(fmt::format("{}: '{}' is no parameter; it is written NAME=VALUE,VALUE or NAME=MIN..MAX",
                                 place, text));
  Written written{place, trimmed(std::string_view(text).substr(0, equals))};
  std::string values = text.substr(equals + 1);
  if (const std::size_t when = values.find(" when "); when != std::string::npos) {
    const std::string condition = values.substr(when + 6);
    values.resize(when);
    const std::size_t is = condition.find('=');
    if (is == std::string::npos)
      throw ValueError(fmt::format("{}: '{}' is no condition; it is written when OTHER=VALUE,VALUE", place,
                                   trimmed(condition)));
    written.condition = Condition{trimmed(std::string_view(condition).substr(0, is)),
                                  listed(std::string_view(condition).substr(is + 1))};
  }
  written.range = ranged(values, place);
  if (!written.range) written.list = listed(values);
  written.has_commas = values.find(',') != std::string::npos && values.find(';') == std::string::npos;
  return written;
}

void add(Plan& plan, const std::vector<Written>& written) {
  std::vector<Parameter> parameters = plan.space.parameters();
  std::vector<const Written*> places(parameters.size(), nullptr);
  for (const Written& one : written) {
    if (at(one.place, [&] { return set_for_all(plan.settings, one); })) continue;
    parameters.push_back(at(one.place, [&] { return parameter_of(plan, one); }));
    places.push_back(&one);
  }
  const auto place = [&](std::size_t i) {
    return places[i] != nullptr ? places[i]->place : parameters[i].name;
  };
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    depend_on_rule(parameters[i], plan, parameters);
    at(place(i), [&] {
      // Lists and ranges first, by themselves; then each value.
      Parameter alone = parameters[i];
      alone.condition.reset();
      Space{{alone}};
      for (const std::string& text : alone.list) check_value(plan, parameters, parameters[i], text);
      if (const auto& range = alone.range)
        for (const double end : {range->min, range->max})
          check_value(plan, parameters, parameters[i],
                      number_text(end, range->whole && end == std::floor(end)));
    });
  }
  for (std::size_t i = 0; i < parameters.size(); ++i)
    at(place(i), [&] {
      std::vector<Parameter> others(parameters.begin(),
                                    parameters.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      if (const auto& condition = parameters[i].condition)
        if (const auto other = std::ranges::find(parameters, condition->parameter, &Parameter::name);
            other != parameters.end() && other - parameters.begin() > static_cast<std::ptrdiff_t>(i))
          others.push_back(*other);
      Space{others};
    });
  plan.space = Space(parameters);
}

void check(const Plan& plan) {
  if (plan.space.parameters().empty())
    throw ValueError(
        "a sweep varies at least one parameter: give a file with a space, or --set \"lr=1e-4..1e-2 log\"");
  if (plan.trials < 1) throw ValueError("a sweep has at least one trial: give --trials a larger number");
  if (plan.ahead < 1) throw ValueError("ahead is how many trials are under way at once: at least 1");
  constexpr std::int64_t most = 1'000'000'000;
  if (const auto& halving = plan.halving;
      halving && (halving->eta < 2 || halving->eta > most || halving->from < 1 || halving->from > most))
    throw ValueError(fmt::format(
        "halving goes on with one trial in eta, from 2 to {0}, from an epoch on, 1 to {0}", most));
  if (plan.settings.validation == 0)
    throw ValueError("trials are compared on the validation split: keep some images for it");
  make_method(plan);
  // What goes together only, such as the two numbers of hidden layers.
  settings_of(plan, plan.space.at(std::vector<double>(plan.space.parameters().size(), 0.0)));
}

TrainSettings settings_of(const Plan& plan, const Values& values) {
  TrainSettings settings = plan.settings;
  set_all(settings, values);
  if (values.find("optimizer") != nullptr) {
    const auto names = settings.parts->rules.find(settings.optimizer).parameter_names();
    std::erase_if(settings.hyper, [&](const auto& number) {
      return values.find(number.first) == nullptr && std::ranges::find(names, number.first) == names.end();
    });
  }
  check(settings);
  return settings;
}

std::string trial_name(const Plan& plan, std::size_t number, const Values& values) {
  Values varied;
  for (const auto& [name, text] : values.each)
    if (const Parameter& parameter = plan.space.parameter(name); parameter.varies())
      varied.each.emplace_back(name, text);
  const std::string name = short_name(varied);
  return name.empty() ? fmt::format("{:04}", number) : fmt::format("{:04}-{}", number, name);
}

}  // namespace gradus::sweep
