#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/median.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/train/training_loop.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace gradus {
namespace {

using Clock = std::chrono::steady_clock;

/// A batch larger than the training set is the training set.
CompileOptions compile_options(const LoopOptions& options, std::size_t examples) {
  CompileOptions compile;
  compile.capacity = std::min(options.batch, static_cast<Index>(examples));
  compile.threads = options.threads;
  return compile;
}

Exprs outputs_of(const Learner& learner) {
  if (!learner.predicted) return {learner.losses, learner.step};
  return {learner.losses, learner.predicted, learner.step};
}

/// No network that learns has it.
constexpr double huge_loss = 1e12;

/// "  0.1234   97.00 %", without what is not classified.
std::string columns_text(double loss, double accuracy) {
  std::string text = loss < 1000 ? fmt::format("  {:6.4f}", loss) : fmt::format("  {:6.0e}", loss);
  if (!std::isnan(accuracy)) text += fmt::format("  {:6.2f} %", 100 * accuracy);
  return text;
}

}  // namespace

std::size_t examples_in_epoch(std::size_t examples, Index batch, bool drop_last) {
  const auto size = static_cast<std::size_t>(batch);
  return drop_last && examples > size ? examples - examples % size : examples;
}

/// What a session keeps besides the run's own state.
struct TrainingLoop::Log {
  Progress& progress;
  const std::function<bool()>& stop;
  const TrainObserver& observer;
  std::optional<MetricsLog> metrics;
  SaveEvery save_every;
  Clock::time_point saved = Clock::now();
  std::int64_t images = 0;
  double loss = 0;
  bool stopped = false;
  bool is_warned = false;
  bool has_heading = false;

  /// Times `work` as a phase of the step under way, where that is measured.
  template <class Work>
  auto timed(StepRecorder::Phase phase, const Work& work) const {
    const Timed timed(observer.recorder == nullptr ? nullptr : observer.recorder->loop(), 0, phase);
    return work();
  }
};

TrainingLoop::TrainingLoop(const LoopOptions& options, const Learner& learner, Feeder& feeder,
                           std::vector<MeasuredSplit> splits, std::optional<RunFolder> folder, bool resume)
    : options_(options),
      learner_(learner),
      flush_(flush_of(learner.step)),
      feeder_(feeder),
      splits_(std::move(splits)),
      folder_(std::move(folder)),
      program_(
          compile(learner.step.graph(), outputs_of(learner), compile_options(options, feeder.examples()))),
      state_(initialise(learner.step.graph(), options.seed)) {
  if (resume && folder_) load();
}

std::int64_t TrainingLoop::iterations_per_epoch() const {
  return (static_cast<Index>(feeder_.examples()) + options_.batch - 1) / options_.batch;
}

double TrainingLoop::step_us_median() const {
  return step_us_.empty() ? 0 : static_cast<double>(median(step_us_));
}

void TrainingLoop::load() {
  const std::filesystem::path newest = folder_->checkpoint();
  const std::filesystem::path previous = folder_->previous_checkpoint();
  const bool is_there = file_exists(newest);
  const bool is_previous_there = file_exists(previous);
  if (!is_there && !is_previous_there) {
    notes_.push_back(fmt::format("'{}' has no checkpoint yet: the run begins with its first step",
                                 folder_->path().string()));
    return;
  }
  resumed_ = true;
  try {
    position_ = load_checkpoint(is_there ? newest : previous, state_);
  } catch (const DamagedFile& damage) {
    const std::string anew = "to train the run from its first step, to the same numbers";
    if (!is_there || !is_previous_there)
      throw FileError(
          fmt::format("{}; there is no other checkpoint: delete this one {}", damage.what(), anew));
    is_newest_whole_ = false;
    try {
      position_ = load_checkpoint(previous, state_);
    } catch (const DamagedFile& both) {
      throw FileError(fmt::format("{}. The one before it is no better: {}. Delete both {}", damage.what(),
                                  both.what(), anew));
    }
    notes_.push_back(fmt::format("{}. The run goes on from the checkpoint before it, of iteration {}",
                                 damage.what(), position_.iteration));
  }
  find_lost_rows();
}

/// Which lines metrics.csv must have up to the checkpoint follows from the settings alone.
void TrainingLoop::find_lost_rows() {
  std::vector<MetricsRow> rows = read_metrics(folder_->metrics());
  std::erase_if(rows, [&](const MetricsRow& row) { return row.iteration > position_.iteration; });
  best_ = best_validation(rows);
  // A run of an earlier version had its lines elsewhere, or at the ends of its epochs alone.
  if (std::ranges::any_of(rows, [&](const MetricsRow& row) { return logged(row.iteration).empty(); }) ||
      (log_period() < iterations_per_epoch() && !rows.empty() &&
       std::ranges::all_of(rows, [&](const MetricsRow& row) { return ends_epoch(row.iteration); })))
    return;
  auto row = rows.begin();
  for (std::int64_t iteration = 1; iteration <= position_.iteration; ++iteration)
    for (const std::string_view split : logged(iteration)) {
      if (row != rows.end() && row->iteration == iteration && row->split == split) {
        ++row;
        continue;
      }
      notes_.push_back(fmt::format(
          "'{}' has lost lines: where the {} line of iteration {} should be it {}. The network is not "
          "affected and the run goes on; its curves have a gap there",
          folder_->metrics().string(), split, iteration,
          row == rows.end() ? "ends" : fmt::format("has one of iteration {}", row->iteration)));
      return;
    }
}

void TrainingLoop::take_step(Log& log, const Feeder::Batch& batch, bool last_of_epoch) {
  // Batches that came together by the end of an epoch make their update then.
  if (flush_) state_.set(flush_.name(), last_of_epoch ? 1 : 0);
  const auto before = Clock::now();
  const auto values = log.timed(StepRecorder::step, [&] {
    return program_.run(state_, batch.feeds,
                        log.observer.recorder == nullptr ? nullptr : log.observer.recorder->program());
  });
  step_us_.push_back(std::chrono::duration<float, std::micro>(Clock::now() - before).count());

  const auto losses = values[learner_.losses];
  const auto count = static_cast<std::int64_t>(batch.size);
  double sum = 0;
  for (const float loss : losses.span()) sum += static_cast<double>(loss);
  if (learner_.losses.shape().rank() == 0) sum *= static_cast<double>(count);
  if (learner_.predicted) {
    const auto predicted = values[learner_.predicted];
    for (std::size_t i = 0; i < batch.size; ++i)
      if (predicted[static_cast<Index>(i)] == batch.labels[i]) ++position_.correct;
  }
  position_.loss_sum += sum;
  position_.counted += count;
  position_.example += count;
  ++position_.iteration;
  log.images += count;
  log.loss = sum / static_cast<double>(count);
  if (log.observer.step) log.observer.step(log.loss);
}

void TrainingLoop::record(Log& log, const MetricsRow& row) {
  if (log.metrics) log.metrics->append(row);
  if (log.observer.row) log.observer.row(row);
}

void TrainingLoop::write_metrics(Log& log) {
  const auto splits = logged(position_.iteration);
  if (splits.empty()) return;
  const std::int64_t epoch = position_.epoch + 1;
  std::string heading(16, ' ');
  std::string columns = "epoch  iteration";
  std::string line = fmt::format("{:>5}  {:9}", epoch, position_.iteration);
  std::string whole;
  for (const std::string_view split : splits) {
    const Measured measured = measure(log, split);
    const MetricsRow row{position_.iteration, epoch, split, measured.loss, measured.accuracy};
    record(log, row);
    if (split == "validation") keep_if_best(row);
    const std::string text = columns_text(measured.loss, measured.accuracy);
    if (split == "train-set") {
      whole = "  the whole training split:" + text;
      continue;
    }
    heading += fmt::format("{:>{}}", split, text.size());
    columns += std::isnan(measured.accuracy) ? "    loss" : "    loss  accuracy";
    line += text;
  }
  if (!log.has_heading) {
    log.progress.line(heading);
    log.progress.line(columns);
    log.has_heading = true;
  }
  log.progress.line(line);
  if (!whole.empty()) log.progress.line(whole);
}

Measured TrainingLoop::measure(Log& log, std::string_view split) {
  if (split == "train") return learned(log);
  return std::ranges::find(splits_, split, &MeasuredSplit::name)->measure(state_);
}

/// Of the batches since the last multiple of log_every, so that the lines at the ends of epochs change
/// nothing of the others; of an epoch's batches where it has fewer than log_every.
Measured TrainingLoop::learned(Log& log) {
  const auto counted = static_cast<double>(position_.counted);
  Measured train{position_.loss_sum / counted};
  if (learner_.predicted) train.accuracy = static_cast<double>(position_.correct) / counted;
  if (train.loss > huge_loss && !log.is_warned) {
    log.is_warned = true;
    log.progress.line(
        "warning: a loss above 10¹² says that training diverges: try a smaller learning rate, or clip the "
        "norm of the gradients");
  }
  if (position_.iteration % log_period() == 0) {
    position_.loss_sum = 0;
    position_.correct = 0;
    position_.counted = 0;
  }
  return train;
}

/// A session that goes on from before the best row comes by it again, to the same bits.
void TrainingLoop::keep_if_best(const MetricsRow& row) {
  if (best_ && !is_better(row, *best_)) return;
  best_ = row;
  if (folder_ && options_.keep_best) save_checkpoint(folder_->best_checkpoint(), state_, position_);
}

std::int64_t TrainingLoop::log_period() const { return std::min(options_.log_every, iterations_per_epoch()); }

bool TrainingLoop::ends_epoch(std::int64_t iteration) const {
  return iteration % iterations_per_epoch() == 0;
}

std::vector<std::string_view> TrainingLoop::logged(std::int64_t iteration) const {
  if (iteration % log_period() != 0 && !ends_epoch(iteration)) return {};
  std::vector<std::string_view> names{"train"};
  for (const MeasuredSplit& split : splits_)
    if (!split.each_epoch || ends_epoch(iteration)) names.push_back(split.name);
  return names;
}

bool TrainingLoop::is_save_due(const Log& log) const {
  if (log.save_every.iterations > 0) return position_.iteration % log.save_every.iterations == 0;
  return Clock::now() - log.saved >= log.save_every.time;
}

void TrainingLoop::run_epoch(Log& log) {
  log.timed(StepRecorder::batch, [&] {
    feeder_.start(static_cast<std::uint64_t>(position_.epoch), static_cast<std::size_t>(position_.example));
  });
  const auto examples = static_cast<std::int64_t>(feeder_.examples());
  while (!log.stopped) {
    const auto batch = log.timed(StepRecorder::batch, [&] { return feeder_.next(); });
    if (!batch) break;
    const bool is_last = position_.example + static_cast<std::int64_t>(batch->size) == examples;
    take_step(log, *batch, is_last);
    log.progress.update({position_.epoch + 1, position_.iteration, log.images, log.loss});
    // An epoch's last step ends the epoch too: what is saved never stands between the two.
    log.timed(StepRecorder::metrics, [&] { write_metrics(log); });
    if (is_last) {
      ++position_.epoch;
      position_.example = 0;
    }
    log.stopped = log.stop();
    if (log.stopped || position_.example == 0 || is_save_due(log))
      log.timed(StepRecorder::checkpoint, [&] { save(log); });
    if (log.observer.recorder != nullptr) log.observer.recorder->end_step(static_cast<Index>(batch->size));
  }
}

void TrainingLoop::save(Log& log) {
  if (folder_) {
    log.metrics->sync();
    // A damaged one must not take the place of the whole one that the run went on from.
    save_checkpoint(folder_->checkpoint(), state_, position_,
                    is_newest_whole_ ? folder_->previous_checkpoint() : std::filesystem::path());
    is_newest_whole_ = true;
  }
  log.saved = Clock::now();
}

void TrainingLoop::run(Progress& progress, const std::function<bool()>& stop, const TrainObserver& observer) {
  Log log{progress, stop, observer, {}, parse_save_every(options_.save_every)};
  if (folder_)
    log.metrics.emplace(resumed_ ? MetricsLog::resume(folder_->metrics(), position_.iteration)
                                 : MetricsLog::create(folder_->metrics()));
  step_us_.clear();
  // A run that fails in its first epoch can be resumed too.
  if (!resumed_) save(log);
  while (!finished() && !log.stopped) run_epoch(log);
}

}  // namespace gradus
