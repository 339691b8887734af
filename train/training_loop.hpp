#pragma once

#include <gradus/graph/run/program.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/metrics_log.hpp>
#include <gradus/train/progress.hpp>
#include <gradus/train/run_folder.hpp>
#include <gradus/train/save_every.hpp>
#include <gradus/train/step_recorder.hpp>

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// What is trained, and what of it metrics tell.
struct Learner {
  Expr step;       ///< what minimize() returned
  Expr losses;     ///< (batch), of each example; or a scalar, their mean
  Expr predicted;  ///< (batch): classes; empty where nothing is classified
};

/// How many of so many training examples an epoch takes: all, or with drop_last those that fill batches,
/// unless they fill none.
std::size_t examples_in_epoch(std::size_t examples, Index batch, bool drop_last);

/// Gives the examples of an epoch in batches.
class Feeder {
 public:
  /// Good until the next is asked for.
  struct Batch {
    std::span<const Feed<float>> feeds;
    std::span<const float> labels;  ///< the true classes, where classes are predicted
    std::size_t size;
  };

  virtual ~Feeder() = default;
  virtual std::size_t examples() const = 0;
  /// Begins an epoch behind its first `passed` examples.
  virtual void start(std::uint64_t epoch, std::size_t passed) = 0;
  /// Nothing at the end of the epoch.
  virtual std::optional<Batch> next() = 0;
};

/// Those who watch a training run; each may be empty.
struct TrainObserver {
  std::function<void(const MetricsRow&)> row{};  ///< after each line of metrics.csv
  std::function<void(double mean_loss)> step{};  ///< after each step: the mean loss of its batch
  StepRecorder* recorder = nullptr;              ///< told of what happens when
};

/// A loss, and a share in [0, 1] that is right; NaN where nothing is classified.
struct Measured {
  double loss = 0;
  double accuracy = std::numeric_limits<double>::quiet_NaN();
};

/// A split that is measured with each line of metrics.csv, "validation" or "test", or at the end of each
/// epoch.
struct MeasuredSplit {
  std::string_view name;
  std::function<Measured(State<float>&)> measure;
  bool each_epoch = false;
};

/// How long a loop is, and what it writes down when.
struct LoopOptions {
  Index batch = 64;
  std::int64_t epochs = 1;
  std::int64_t log_every = 200;
  std::string save_every = "5m";  ///< as parse_save_every() reads it
  std::uint64_t seed = 0;
  int threads = 1;
  bool keep_best = false;  ///< in the folder, the checkpoint of the best row on validation
};

/// The loop of every training, in a run folder where there is one: from its first step or from its checkpoint
/// on, writing metrics.csv as it goes and a checkpoint at the beginning, after each epoch, as often as
/// save_every says, and when it is stopped.
class TrainingLoop {
 public:
  /// Compiles the step. `feeder` gives the examples and `splits` are measured, in their order; both must
  /// outlive this. With `resume`, continues from the folder's checkpoint; from the one before it where that
  /// is damaged; from the first step where there is none yet. notes() says what is not as it should be.
  /// Throws FileError, saying what to do, when there is no whole checkpoint left, and as load_checkpoint
  /// does.
  TrainingLoop(const LoopOptions& options, const Learner& learner, Feeder& feeder,
               std::vector<MeasuredSplit> splits, std::optional<RunFolder> folder, bool resume);

  /// Trains to the last epoch, or until `stop`, which is asked after each step, turns true. Each checkpoint
  /// keeps the one before it, and is on disk, with the lines of metrics.csv up to it, before the next step.
  /// Throws NumericError when the loss is no longer finite, with the last checkpoint in place.
  void run(Progress& progress, const std::function<bool()>& stop, const TrainObserver& observer);

  bool finished() const { return position_.epoch >= options_.epochs; }
  State<float>& state() { return state_; }
  const Program<float>& program() const { return program_; }
  const RunPosition& position() const { return position_; }
  /// What the user must know of the run that is resumed: a damaged checkpoint, lines of metrics.csv that
  /// are lost.
  const std::vector<std::string>& notes() const { return notes_; }
  std::int64_t iterations_per_epoch() const;
  /// Of the steps that the last run() took; 0 where it took none.
  double step_us_median() const;

 private:
  struct Log;
  void load();
  void find_lost_rows();
  void run_epoch(Log& log);
  void take_step(Log& log, const Feeder::Batch& batch, bool last_of_epoch);
  /// log_every, or an epoch's iterations where it has fewer.
  std::int64_t log_period() const;
  bool ends_epoch(std::int64_t iteration) const;
  /// The splits that have a line of metrics.csv at an iteration, in order: there are lines every log_period()
  /// iterations, and at the end of each epoch.
  std::vector<std::string_view> logged(std::int64_t iteration) const;
  void write_metrics(Log& log);
  Measured measure(Log& log, std::string_view split);
  Measured learned(Log& log);
  void keep_if_best(const MetricsRow& row);
  static void record(Log& log, const MetricsRow& row);
  bool is_save_due(const Log& log) const;
  void save(Log& log);

  LoopOptions options_;
  Learner learner_;
  Expr flush_;  ///< makes an update of what is accumulated; empty where each step is one
  Feeder& feeder_;
  std::vector<MeasuredSplit> splits_;
  std::optional<RunFolder> folder_;
  Program<float> program_;
  State<float> state_;
  RunPosition position_;
  std::optional<MetricsRow> best_;  ///< on validation
  bool resumed_ = false;            ///< from a checkpoint
  bool is_newest_whole_ = true;
  std::vector<std::string> notes_;
  std::vector<float> step_us_;
};

}  // namespace gradus
