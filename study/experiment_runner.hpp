#pragma once

#include <gradus/data/catalogue.hpp>
#include <gradus/report/record.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace gradus {

/// What a user may decide of an experiment.
struct ExperimentOptions {
  std::filesystem::path out;           ///< the folder of its runs and its page
  std::optional<std::int64_t> epochs;  ///< else as many as the experiment is made for
  TrainSettings settings = {};         ///< where every run of it begins
  int seeds = 3;                       ///< runs of each settings, from the seed of these on
  bool quiet = false;
};

/// Thrown when a user stops an experiment between two steps of a run; what was trained is kept.
struct ExperimentStopped {};

/// Trains an experiment's runs, each in a folder of its own, `out`/LABEL. A run that is there
/// already, with the same settings, is taken as it is or resumed, so that an experiment that was stopped
/// can be repeated cheaply.
class ExperimentRunner {
 public:
  /// The data must outlive this. `stop` is asked after each step, and before each batch that is judged at the
  /// end.
  ExperimentRunner(ExperimentOptions options, const data::TrainTest& data, std::function<bool()> stop);

  const ExperimentOptions& options() const { return options_; }
  const data::TrainTest& data() const { return *data_; }

  /// The same on other data, in a folder of its own below this one's.
  ExperimentRunner& on(const data::TrainTest& data, const std::string& folder);

  /// Whether the user wants to stop.
  bool is_stopped() const { return stop_(); }

  /// The user's settings on these data, for so many epochs unless the user said how many.
  TrainSettings settings(std::int64_t epochs) const;

  /// Settings that are not the user's own, on these data, with the user's epochs, limit, seed and threads.
  TrainSettings settings_from(TrainSettings settings, std::int64_t epochs) const;

  /// The images there are to train on, with the user's limit.
  std::size_t train_images() const;

  /// Trains a run to its end and returns what its folder tells. The label names it in the page and, with
  /// dashes for what a folder's name should not have, its folder. Throws FileError when the folder holds a
  /// run with other settings, ExperimentStopped, and as Trainer does.
  const RunRecord& train(const std::string& label, const TrainSettings& settings);

  /// The same for as many seeds as the user wants; those behind the first are named in the labels.
  std::vector<const RunRecord*> train_seeds(const std::string& label, const TrainSettings& settings);

 private:
  ExperimentOptions options_;
  const data::TrainTest* data_;
  std::function<bool()> stop_;
  std::deque<RunRecord> runs_;           ///< references to them stay good
  std::deque<ExperimentRunner> others_;  ///< on other data
};

}  // namespace gradus
