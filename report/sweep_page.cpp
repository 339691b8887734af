#include <gradus/base/escape.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/differences.hpp>
#include <gradus/report/page.hpp>
#include <gradus/report/sweep_page.hpp>
#include <gradus/sweep/importance.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace gradus {
namespace {

using sweep::Ending;
using sweep::Score;
using sweep::Trial;

std::vector<Trial> trials_of(const ToldSweep& sweep) {
  std::vector<Trial> trials;
  for (const ToldTrial& told : sweep.trials) trials.push_back(told.trial);
  return trials;
}

std::string question(const sweep::Space& space) {
  std::vector<std::string> names;
  for (const sweep::Parameter* parameter : space.varied()) names.push_back(parameter->name);
  return fmt::format("Which values of {} do best on the validation split?", fmt::join(names, ", "));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

nlohmann::json parameters_json(const sweep::Space& space) {
  nlohmann::json list = nlohmann::json::array();
  for (const sweep::Parameter* parameter : space.varied()) {
    nlohmann::json json{{"name", parameter->name}, {"number", parameter->is_number()}};
    if (const auto& range = parameter->range)
      json.update({{"min", range->min}, {"max", range->max}, {"log", range->logarithmic}});
    else
      json["values"] = parameter->list;
    list.push_back(json);
  }
  return list;
}

nlohmann::json trial_json(const ToldTrial& told) {
  const Trial& trial = told.trial;
  nlohmann::json values = nlohmann::json::object();
  for (const auto& [name, text] : trial.values.each) values[name] = text;
  nlohmann::json curve = nlohmann::json::array();
  std::map<std::int64_t, const MetricsRow*> ends;
  for (const MetricsRow& row : told.rows)
    if (row.split == "validation") ends[row.epoch] = &row;
  for (const auto& [epoch, row] : ends) curve.push_back({epoch, row->accuracy, row->loss});
  nlohmann::json json{{"number", trial.number},
                      {"name", trial.name},
                      {"values", values},
                      {"ending", word_of(trial.ending)},
                      {"message", trial.message},
                      {"seconds", trial.seconds},
                      {"parameters", trial.parameters},
                      {"curve", curve},
                      {"accuracy", nullptr},
                      {"loss", nullptr},
                      {"epoch", nullptr}};
  if (const Score* score = trial.result())
    json.update({{"accuracy", score->accuracy}, {"loss", score->loss}, {"epoch", score->epoch}});
  return json;
}

nlohmann::json correlation_json(const std::vector<sweep::Correlation>& found) {
  const auto number = [](const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nullptr;
  };
  nlohmann::json list = nlohmann::json::array();
  for (const sweep::Correlation& one : found)
    list.push_back(
        {{"label", one.label}, {"pearson", number(one.pearson)}, {"spearman", number(one.spearman)}});
  return list;
}

/// A field of a table with commas (RFC 4180).
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// "nadam 84.10 %, adam 83.00 %": the median accuracy with each value of a list, the best first.
std::string medians_text(const sweep::Parameter& parameter, const std::vector<const Trial*>& trials) {
  std::vector<std::pair<double, std::string>> medians;
  for (const std::string& value : parameter.list) {
    std::vector<double> accuracies;
    for (const Trial* trial : trials)
      if (const std::string* text = trial->values.find(parameter.name); text != nullptr && *text == value)
        accuracies.push_back(trial->result()->accuracy);
    if (!accuracies.empty()) medians.emplace_back(median(accuracies), value);
  }
  std::ranges::sort(medians, std::greater());
  std::vector<std::string> parts;
  for (const auto& [accuracy, value] : medians)
    parts.push_back(fmt::format("{} {}", value, percent(accuracy)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

ToldSweep told_sweep(const sweep::SweepFolder& folder, const Parts& parts) {
  const sweep::Plan plan = folder.plan(parts);
  ToldSweep told;
  told.title = name_of_folder(folder.path());
  told.question = question(plan.space);
  told.space = plan.space;
  told.about = fmt::format("{} on {}, {} for validation, {} search", plan.settings.model,
                           plan.settings.data.value_or("data"), plan.settings.validation, plan.method);
  told.validation = plan.settings.validation;
  for (const Trial& trial : folder.trials(plan)) {
    const std::filesystem::path metrics = folder.trial(trial.name) / "metrics.csv";
    told.trials.push_back({trial, file_exists(metrics) ? read_metrics(metrics) : std::vector<MetricsRow>()});
  }
  if (const auto best = sweep::best_of(trials_of(told), 1); !best.empty()) {
    const std::filesystem::path run = folder.trial(best.front().name);
    if (const auto result = read_result(run / "report.json"))
      told.best_test = result->splits.at("test").accuracy;
    if (file_exists(run / "report.html")) told.best_report = "trials/" + best.front().name + "/report.html";
    TrainSettings settings = settings_of(plan, best.front().values);
    // The weights of the last step do not depend on it, and curves are worth having.
    if (!settings.keeps_best()) settings.log_every = TrainSettings().log_every;
    told.command = train_command(settings);
  }
  return told;
}

std::vector<ToldRun> runs_of(const std::filesystem::path& folder, const Parts& parts) {
  if (!sweep::SweepFolder::is_one(folder)) {
    // A trial by itself: its sweep is two folders up.
    const std::filesystem::path above = std::filesystem::absolute(folder / "../..").lexically_normal();
    ToldRun told{read_record(folder, parts)};
    if (sweep::SweepFolder::is_one(above)) {
      const auto sweep = sweep::SweepFolder::open(above);
      const std::string name = name_of_folder(folder);
      for (const Trial& trial : sweep.trials(sweep.plan(parts)))
        if (trial.name == name) told.trial = trial;
    }
    return {told};
  }
  const auto sweep = sweep::SweepFolder::open(folder);
  std::vector<ToldRun> runs;
  for (const Trial& trial : sweep.trials(sweep.plan(parts)))
    if (file_exists(sweep.trial(trial.name) / "config.json")) {
      runs.push_back({read_record(sweep.trial(trial.name), parts), trial});
      runs.back().run.label = name_of_folder(folder) + "/" + trial.name;
    }
  return runs;
}

ToldSweep told_runs(const std::vector<ToldRun>& runs) {
  std::vector<nlohmann::json> settings;
  for (const ToldRun& told : runs) settings.push_back(flat_settings(told.run));
  const auto value_of = [&](std::size_t i, const std::string& name) -> std::optional<std::string> {
    const auto value = settings[i].value(name, nlohmann::json());
    return value.is_null() ? std::nullopt : std::optional(setting_text(value));
  };
  std::vector<sweep::Parameter> parameters;
  for (const std::string& name : differing(settings)) {
    sweep::Parameter parameter{name, {}};
    for (std::size_t i = 0; i < runs.size(); ++i)
      if (const auto text = value_of(i, name);
          text && std::ranges::find(parameter.list, *text) == parameter.list.end())
        parameter.list.push_back(*text);
    if (parameter.is_number())
      std::ranges::sort(parameter.list, {}, [](const std::string& text) { return std::stod(text); });
    else
      std::ranges::sort(parameter.list);
    parameters.push_back(std::move(parameter));
  }
  ToldSweep told;
  told.title = fmt::format("{} runs compared", runs.size());
  told.space = sweep::Space(parameters);
  told.question = question(told.space);
  told.validation = runs.empty() ? 0 : runs.front().run.settings.validation;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunRecord& run = runs[i].run;
    if (run.settings.validation != told.validation) told.validation = 0;
    Trial trial = runs[i].trial.value_or(Trial());
    trial.number = i;
    trial.name = run.label;
    trial.values = {};
    for (const sweep::Parameter& parameter : parameters)
      if (const auto text = value_of(i, parameter.name))
        trial.values.each.emplace_back(parameter.name, *text);
    if (!runs[i].trial) {
      trial.ending = run.finished() ? Ending::done : Ending::stopped;
      trial.keeps_best = run.settings.keeps_best();
      trial.take_scores(run.rows);
      if (run.finished()) {
        trial.parameters = run.result->parameters;
        trial.seconds = run.result->total_s;
      }
    }
    told.trials.push_back({trial, run.rows});
  }
  if (const auto best = sweep::best_of(trials_of(told), 1); !best.empty()) {
    const RunRecord& run = runs[best.front().number].run;
    told.command = train_command(run.settings);
    if (run.finished()) told.best_test = run.result->splits.at("test").accuracy;
  }
  return told;
}

std::vector<std::string> findings(const ToldSweep& sweep) {
  const std::vector<Trial> all = trials_of(sweep);
  const auto best = sweep::best_of(all, 1);
  if (best.empty()) return {"No trial has come to its end with a result yet."};
  std::vector<const Trial*> done;
  std::vector<double> accuracies;
  for (const Trial& trial : all)
    if (trial.ending == Ending::done && trial.result() != nullptr) {
      done.push_back(&trial);
      accuracies.push_back(trial.result()->accuracy);
    }
  const double top = best.front().result()->accuracy;
  const std::string on_test = sweep.best_test
                                  ? fmt::format(" On the test images, which none was chosen by, it has {}.",
                                                percent(*sweep.best_test))
                                  : "";
  std::vector<std::string> sentences{fmt::format(
      "The best of {} trials that came to their end, {}, has {} on validation; half of them have {} or "
      "more.{}",
      done.size(), best.front().name, percent(top), percent(median(accuracies)), on_test)};
  if (sweep.validation > 0) {
    // With two right and two wrong answers more, so that it is not 0 where all are right (Agresti, Coull
    // 1998).
    const double images = static_cast<double>(sweep.validation);
    const double share = (top * images + 2) / (images + 4);
    const double error = std::sqrt(share * (1 - share) / (images + 4));
    const auto near =
        std::ranges::count_if(accuracies, [&](double other) { return other >= top - 2 * error; });
    sentences.push_back(fmt::format(
        "Measured on {} images, {} is uncertain by {:.2f} points (one standard error): {}.", sweep.validation,
        percent(top), 100 * error,
        near == 1 ? "no other trial is within two of these"
                  : fmt::format("{} of the trials, the best among them, are within two of these, and "
                                "which of those is best is not decided by one run each",
                                near)));
  }
  constexpr std::size_t fewest = 20;
  if (const auto shares = sweep::importance(sweep.space, all); !shares.empty() && done.size() >= fewest) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, shares.size()); ++i)
      parts.push_back(fmt::format("{} ({:.0f} %)", shares[i].name, 100 * shares[i].share));
    sentences.push_back(fmt::format(
        "What tells the best tenth of the trials from the rest is, of all that single settings tell: {}.",
        fmt::join(parts, ", ")));
    const sweep::Parameter& first = sweep.space.parameter(shares.front().name);
    if (!first.range && done.size() >= 2 * first.list.size())
      sentences.push_back(fmt::format("Half of the trials have at least this accuracy, by {}: {}.",
                                      first.name, medians_text(first, done)));
  }
  const auto count = [&](Ending ending) { return std::ranges::count(all, ending, &Trial::ending); };
  if (const auto diverged = count(Ending::diverged); diverged > 0)
    sentences.push_back(fmt::format("{} of {} trials diverged: a loss or a gradient was no longer finite.",
                                    diverged, all.size()));
  if (const auto stopped = count(Ending::stopped); stopped > 0)
    sentences.push_back(
        fmt::format("{} of {} trials were stopped before their last epoch.", stopped, all.size()));
  return sentences;
}

std::string trials_csv(const ToldSweep& sweep) {
  std::string text = "trial,name";
  const auto parameters = sweep.space.varied();
  for (const sweep::Parameter* parameter : parameters) text += "," + csv_field(parameter->name);
  text += ",ending,accuracy,loss,epoch,seconds\n";
  for (const ToldTrial& told : sweep.trials) {
    const Trial& trial = told.trial;
    text += fmt::format("{},{}", trial.number, csv_field(trial.name));
    for (const sweep::Parameter* parameter : parameters) {
      const std::string* value = trial.values.find(parameter->name);
      text += "," + (value != nullptr ? csv_field(*value) : "");
    }
    const Score* score = trial.result();
    text += fmt::format(
        ",{},{},{:.2f}\n", word_of(trial.ending),
        score != nullptr ? fmt::format("{},{},{}", score->accuracy, score->loss, score->epoch) : ",,",
        trial.seconds);
  }
  return text;
}

void write_sweep_page(const ToldSweep& sweep, const std::filesystem::path& page) {
  const std::vector<Trial> all = trials_of(sweep);
  nlohmann::json trials = nlohmann::json::array();
  for (const ToldTrial& told : sweep.trials) trials.push_back(trial_json(told));
  nlohmann::json shares = nullptr;
  for (const sweep::Importance& one : sweep::importance(sweep.space, all))
    shares.push_back({{"name", one.name}, {"share", one.share}});
  const nlohmann::json data{{"parameters", parameters_json(sweep.space)},
                            {"trials", trials},
                            {"importance", shares},
                            {"correlation", correlation_json(sweep::correlations(sweep.space, all))}};
  const std::filesystem::path csv = std::filesystem::path(page).replace_extension(".csv");
  const auto best = sweep::best_of(all, 1);
  nlohmann::json sentences = nlohmann::json::array();
  for (const std::string& sentence : findings(sweep)) sentences.push_back({{"sentence", sentence}});
  write_file(csv, trials_csv(sweep));
  write_file(page,
             html_page("sweep.html",
                       {{"title", sweep.title},
                        {"question", sweep.question + (sweep.about.empty() ? "" : " (" + sweep.about + ")")},
                        {"findings", sentences},
                        {"best", best.empty() ? "" : best.front().name},
                        {"best_report", sweep.best_report},
                        {"command", sweep.command},
                        {"csv", csv.filename().string()},
                        {"data", script_escaped(json_text(data))}}));
}

}  // namespace gradus
