#pragma once

#include <gradus/data/batch_feed.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/data/split.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/evaluate.hpp>
#include <gradus/train/metrics_log.hpp>
#include <gradus/train/progress.hpp>
#include <gradus/train/run_folder.hpp>
#include <gradus/train/save_every.hpp>

#include <functional>
#include <string>
#include <vector>

namespace gradus {

/// What a training run came to.
struct TrainOutcome {
  bool finished = false;  ///< false when it was stopped before the end, that of its judgement included
  RunPosition position;
  Evaluation train;
  Evaluation validation;
  Evaluation test;
  std::int64_t resumed_at = 0;  ///< the iteration this session went on from; 0 where it began the run
  double total_s = 0;           ///< of this session, evaluation included
  double step_us_median = 0;    ///< of the training steps of this session; 0 where it took none
  Index planned_bytes = 0;
  Index unplanned_bytes = 0;
};

/// Who is told of a training run while it lasts; each may be empty.
struct TrainObserver {
  std::function<void(const MetricsRow&)> row{};  ///< after each line of metrics.csv
  std::function<void(double mean_loss)> step{};  ///< after each step: the mean loss of its batch
};

/// One training run in a run folder, from its first step or from its checkpoint on.
class Trainer {
 public:
  /// Compiles the network, declared for these settings and data, for a split of the data, which must outlive
  /// this. With `resume`,
  /// continues from the folder's checkpoint; from the one before it where that is damaged; from the first
  /// step where there is none yet. notes() says what is not as it should be. Throws FileError, saying what to
  /// do, when there is no whole checkpoint left, and as load_checkpoint does.
  Trainer(const TrainSettings& settings, Network network, const data::TrainTest& data,
          const data::Split& split, RunFolder folder, bool resume);
  /// Declares the network too.
  Trainer(const TrainSettings& settings, const data::TrainTest& data, const data::Split& split,
          RunFolder folder, bool resume)
      : Trainer(settings, declare(settings, data.train), data, split, std::move(folder), resume) {}

  /// Trains to the last epoch, writing metrics.csv as it goes and a checkpoint at the beginning, after each
  /// epoch, as often as --save-every says, and at the end; then judges the network on all three splits. When
  /// `stop` turns true, ends after the step under way and saves, or ends the judging, and returns with
  /// finished = false. Each checkpoint keeps the one before it, and is on disk, with the lines of metrics.csv
  /// up to it, before the next step. `observer` is told of it. Throws NumericError when the loss is no longer
  /// finite, with the last checkpoint in place.
  TrainOutcome run(Progress& progress, const std::function<bool()>& stop, const TrainObserver& observer = {});

  const Network& network() const { return network_; }
  State<float>& state() { return state_; }
  const data::PixelScale& scale() const { return scale_; }
  const RunPosition& position() const { return position_; }
  /// What the user must know of the run that is gone on with: a damaged checkpoint, lines of metrics.csv that
  /// are lost.
  const std::vector<std::string>& notes() const { return notes_; }
  std::int64_t iterations_per_epoch() const { return batches_in_epoch(settings_, split_.train.size()); }

 private:
  struct Log;
  void load();
  void find_lost_rows();
  void run_epoch(Log& log);
  void take_step(Log& log, const data::Batch<float>& batch, bool last_of_epoch);
  /// Every log_every steps of an epoch, but not just before its end, which has lines of its own: the mean
  /// over two or three batches would stand out as a jump.
  bool is_logged(std::int64_t step_of_epoch) const;
  void write_metrics(Log& log);
  static void record(Log& log, const MetricsRow& row);
  bool is_save_due(const Log& log) const;
  void save(Log& log);
  void judge(Log& log, TrainOutcome& outcome);

  TrainSettings settings_;
  const data::TrainTest& data_;
  data::Split split_;
  RunFolder folder_;
  Network network_;
  Expr step_;
  Program<float> program_;
  State<float> state_;
  data::PixelScale scale_;
  Evaluator evaluator_;
  data::BatchFeed<float> batches_;
  RunPosition position_;
  bool resumed_ = false;  ///< from a checkpoint
  bool is_newest_whole_ = true;
  std::vector<std::string> notes_;
};

}  // namespace gradus
