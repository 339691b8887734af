#pragma once

#include <gradus/sweep/settings.hpp>

#include <filesystem>

namespace gradus::sweep {

/// Asynchronous successive halving (Li et al., "A system for massively parallel hyperparameter tuning",
/// 2020), where trials that are stopped do not come back: after `from` epochs a trial goes on if it is among
/// the best 1/eta of all trials so far, after `from` · eta among the best 1/eta², and so on. So that it is a
/// function of the plan alone who is stopped, a trial is compared with those before it, but for the last
/// plan.ahead − 1, and waits for those that are on their way.
struct Halving {
  std::int64_t eta = 4;
  std::int64_t from = 1;  ///< epochs
};

/// What a sweep does: trials of a model, each with values of its own in a space.
struct Plan {
  TrainSettings settings;  ///< where each trial begins
  Space space;
  std::string method = "random";  ///< of method_names()
  std::size_t trials = 40;
  std::uint64_t seed = 0;     ///< of the method's draws; the trials' own is a setting
  std::size_t keep_best = 3;  ///< so many trials keep their checkpoints
  /// For a method that learns, and for halving: how many trials may be under way at once without waiting,
  /// each chosen and judged without knowing what the others come to.
  std::size_t ahead = 4;
  std::optional<Halving> halving{};
};

/// A plan for a model without parameters yet: its settings, with one thread, and lines of metrics.csv at the
/// ends of epochs alone, since to measure validation takes time. Throws NameError for an unknown model.
Plan plan_for(const std::string& model, const Parts& parts = library_parts());

/// What a user wrote of a parameter, and where: an error begins with it.
struct Written {
  std::string place;
  std::string name;
  std::vector<std::string> list{};
  std::optional<Range> range{};
  std::optional<Condition> condition{};
  bool has_commas = false;  ///< between the values of the list
};

/// Reads NAME=VALUE,VALUE… or NAME=MIN..MAX [log] [when OTHER=VALUE,…]. Where values have commas themselves,
/// semicolons are between them: "hidden=500,250;300". Throws ValueError.
Written read_parameter(const std::string& text, const std::string& place);

/// Adds parameters to a plan. A number of an update rule without a condition gets one, where some of the
/// rules do not have it. Throws ValueError, beginning
/// with the place, for names that are not known and values that their flags refuse.
void add(Plan& plan, const std::vector<Written>& parameters);

/// Reads a file in YAML, of which JSON is a part, with any of these keys:
///
///   model: mlp
///   data: fashion-mnist
///   settings: {epochs: 5, validation: 6000}          # those of config.json, where they are to differ
///   space:
///     hidden_size: [32, 64, 128]
///     learning_rate: 1e-4..1e-2 log                   # as after --set
///     batch: {min: 16, max: 256, scale: log}
///     momentum: {values: [0.8, 0.9], when: {optimizer: [momentum, nesterov]}}
///   method: random
///   trials: 100
///   seed: 1
///   halving: {eta: 4, from: 1}                      # or eta alone
///   ahead: 4
///   keep_best: 3
///
/// Throws FileError as read_file() does and for text that is no YAML; ValueError, each naming file, line and
/// key, for keys that are not known, values that cannot be, and as add() does.
Plan read_plan(const std::filesystem::path& path, const Parts& parts = library_parts());

/// A file that read_plan() reads again, whatever the defaults of settings are then.
std::string plan_text(const Plan& plan);

/// Throws NameError for a method that is not known, ValueError for a plan without parameters or trials, or
/// with parameters that do not go together.
void check(const Plan& plan);

/// The settings of a trial. Numbers of an update rule that the plan's settings give are left out where the
/// trial's rule does not have them. Throws what a run with these settings would.
TrainSettings settings_of(const Plan& plan, const Values& values);

/// The name of a trial's folder, its number and short_name() of what varies: "0007-hl_3_hs_64".
std::string trial_name(const Plan& plan, std::size_t number, const Values& values);

}  // namespace gradus::sweep
