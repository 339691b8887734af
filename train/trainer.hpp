#pragma once

#include <gradus/data/batch_feed.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/data/split.hpp>
#include <gradus/train/evaluate.hpp>
#include <gradus/train/training_loop.hpp>

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace gradus {

/// What a training run came to.
struct TrainOutcome {
  bool finished = false;  ///< false when it was stopped before the end, that of its judgement included
  RunPosition position;
  std::vector<MetricsRow> rows;  ///< of metrics.csv
  std::int64_t weights_of = 0;   ///< the iteration of the weights that were judged
  Evaluation train;
  Evaluation validation;
  Evaluation test;
  std::int64_t resumed_at = 0;  ///< the iteration this session went on from; 0 where it began the run
  double total_s = 0;           ///< of this session, evaluation included
  double step_us_median = 0;    ///< of the training steps of this session; 0 where it took none
  Index planned_bytes = 0;
  Index unplanned_bytes = 0;
};

/// The images of a training split, augmented, in an order of each epoch's own.
class ImageFeeder : public Feeder {
 public:
  ImageFeeder(const Classifier& model, const TrainSettings& settings, const data::Subset& train,
              const data::PixelScale& scale);

  std::size_t examples() const override { return examples_; }
  void start(std::uint64_t epoch, std::size_t passed) override;
  std::optional<Batch> next() override;

 private:
  const Classifier& model_;
  std::size_t all_;       ///< of the split
  std::size_t examples_;  ///< of an epoch
  std::uint64_t seed_;
  data::BatchFeed<float> batches_;
  std::array<Feed<float>, 2> feeds_{Feed<float>{model_.image, std::span<const float>()},
                                    Feed<float>{model_.label, std::span<const float>()}};
};

/// One training run in a run folder, from its first step or from its checkpoint on.
class Trainer {
 public:
  /// Compiles the network, declared for these settings and data, for a split of the data, which must outlive
  /// this, for a TrainingLoop, which says what `resume` does and is thrown.
  Trainer(const TrainSettings& settings, Network network, const data::TrainTest& data,
          const data::Split& split, RunFolder folder, bool resume);
  /// Declares the network too.
  Trainer(const TrainSettings& settings, const data::TrainTest& data, const data::Split& split,
          RunFolder folder, bool resume)
      : Trainer(settings, declare(settings, data.train), data, split, std::move(folder), resume) {}

  /// Runs the loop alone. As TrainingLoop::run().
  void train(Progress& progress, const std::function<bool()>& stop, const TrainObserver& observer = {}) {
    loop_.run(progress, stop, observer);
  }
  bool finished() const { return loop_.finished(); }

  /// Runs the loop, then judges the network on all three splits. When `stop` turns true, ends after the step
  /// under way and saves, or ends the judging, and returns with finished = false.
  TrainOutcome run(Progress& progress, const std::function<bool()>& stop, const TrainObserver& observer = {});

  /// Puts the weights that the settings keep into the state of a run that has finished, and returns the
  /// iteration they are of.
  std::int64_t take_kept_weights();

  /// The compiled training step.
  const Program<float>& program() const { return loop_.program(); }
  const Network& network() const { return network_; }
  State<float>& state() { return loop_.state(); }
  const data::PixelScale& scale() const { return scale_; }
  const RunPosition& position() const { return loop_.position(); }
  /// As TrainingLoop::notes().
  const std::vector<std::string>& notes() const { return loop_.notes(); }
  std::int64_t iterations_per_epoch() const { return loop_.iterations_per_epoch(); }

 private:
  std::vector<MeasuredSplit> measured_splits();
  void judge(const std::function<bool()>& stop, TrainOutcome& outcome);

  const TrainSettings settings_;
  const RunFolder folder_;
  const data::TrainTest& data_;
  data::Split split_;
  Network network_;
  Expr step_;
  data::PixelScale scale_;
  Evaluator evaluator_;
  /// On the validation split, of the last line of metrics.csv that this session wrote.
  std::optional<Evaluation> validation_;
  ImageFeeder feeder_;
  TrainingLoop loop_;
};

}  // namespace gradus
