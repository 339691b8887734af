#include <gradus/base/json.hpp>
#include <gradus/sweep/trial.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace gradus::sweep {
namespace {

constexpr std::array<std::pair<Ending, std::string_view>, 4> endings{{{Ending::done, "done"},
                                                                      {Ending::stopped, "stopped"},
                                                                      {Ending::diverged, "diverged"},
                                                                      {Ending::refused, "refused"}}};

nlohmann::json score_json(const std::optional<Score>& score) {
  if (!score) return nullptr;
  return {{"iteration", score->iteration},
          {"epoch", score->epoch},
          {"loss", score->loss},
          {"accuracy", score->accuracy}};
}

std::optional<Score> score_from(const JsonValue& json) {
  if (json.is_null()) return std::nullopt;
  return Score{json.at("iteration").get<std::int64_t>(), json.at("epoch").get<std::int64_t>(),
               json.at("loss").get<double>(), json.at("accuracy").get<double>()};
}

/// Nothing for a row whose numbers are not finite.
std::optional<Score> score_of(const std::optional<MetricsRow>& row) {
  if (!row || !std::isfinite(row->loss) || !std::isfinite(row->accuracy)) return std::nullopt;
  return Score{row->iteration, row->epoch, row->loss, row->accuracy};
}

}  // namespace

std::string_view word_of(Ending ending) {
  return std::ranges::find(endings, ending, [](const auto& pair) { return pair.first; })->second;
}

const Score* Trial::result() const {
  const std::optional<Score>& score = keeps_best ? best : last;
  return (ending == Ending::done || ending == Ending::stopped) && score ? &*score : nullptr;
}

void Trial::take_scores(const std::vector<MetricsRow>& rows) {
  best = score_of(best_validation(rows));
  for (const MetricsRow& row : rows)
    if (row.split == "validation") last = score_of(row);
}

bool is_better(const Trial& trial, const Trial& other) {
  const Score* one = trial.result();
  const Score* two = other.result();
  if (one == nullptr || two == nullptr) return one != nullptr;
  return std::tuple(-one->accuracy, one->loss, trial.number) <
         std::tuple(-two->accuracy, two->loss, other.number);
}

std::vector<Trial> best_of(std::vector<Trial> trials, std::size_t most) {
  std::erase_if(trials,
                [](const Trial& trial) { return trial.ending != Ending::done || trial.result() == nullptr; });
  std::ranges::sort(trials, is_better);
  if (trials.size() > most) trials.resize(most);
  return trials;
}

void to_json(nlohmann::json& json, const Trial& trial) {
  // In the order of the space, which an object would not keep.
  nlohmann::json values = nlohmann::json::array();
  for (const auto& [name, text] : trial.values.each) values.push_back({name, text});
  json = {{"trial", trial.number},
          {"name", trial.name},
          {"values", values},
          {"ending", word_of(trial.ending)},
          {"message", trial.message},
          {"best", score_json(trial.best)},
          {"last", score_json(trial.last)},
          {"weights", trial.keeps_best ? "best" : "last"},
          {"parameters", trial.parameters},
          {"seconds", trial.seconds}};
}

Trial trial_from_json(const JsonValue& json) {
  Trial trial;
  json.at("trial").get_to(trial.number);
  json.at("name").get_to(trial.name);
  for (const JsonValue& pair : json.at("values").elements()) {
    const auto texts = pair.get<std::vector<std::string>>();
    if (texts.size() != 2) pair.must_be("a name and a value");
    trial.values.each.emplace_back(texts[0], texts[1]);
  }
  const auto name = json.at("ending").get<std::string>();
  const auto ending = std::ranges::find(endings, name, [](const auto& pair) { return pair.second; });
  if (ending == endings.end()) json.at("ending").must_be("done, stopped, diverged or refused");
  trial.ending = ending->first;
  json.at("message").get_to(trial.message);
  trial.best = score_from(json.at("best"));
  trial.last = score_from(json.at("last"));
  trial.keeps_best = json.at("weights").get<std::string>() == "best";
  json.at("parameters").get_to(trial.parameters);
  json.at("seconds").get_to(trial.seconds);
  return trial;
}

}  // namespace gradus::sweep
