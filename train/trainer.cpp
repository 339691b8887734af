#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/train/metrics_log.hpp>
#include <gradus/train/trainer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace gradus {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A batch larger than the training set is the training set.
std::size_t largest_batch(const TrainSettings& settings, const data::Subset& train) {
  return std::min(static_cast<std::size_t>(settings.batch), train.size());
}

CompileOptions options(const TrainSettings& settings, const data::Subset& train) {
  CompileOptions options;
  options.capacity = static_cast<Index>(largest_batch(settings, train));
  options.threads = settings.threads;
  return options;
}

data::Augment augment(const TrainSettings& settings) {
  if (settings.augment.empty()) return {};
  return {data::Augmentation::parse(settings.augment, settings.parts->transforms), settings.seed};
}

double median(std::vector<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return static_cast<double>(*middle);
}

}  // namespace

/// What a session keeps besides the run's own state.
struct Trainer::Log {
  Progress& progress;
  const std::function<bool()>& stop;
  const TrainObserver& observer;
  MetricsLog metrics;
  SaveEvery save_every;
  Clock::time_point start = Clock::now();
  Clock::time_point saved = start;
  std::vector<float> step_us{};
  std::int64_t images = 0;
  double loss = 0;
  bool stopped = false;
  /// On the validation split, of the last line of metrics.csv that this session wrote.
  std::optional<Evaluation> validation{};
};

Trainer::Trainer(const TrainSettings& settings, Network network, const data::TrainTest& data,
                 const data::Split& split, RunFolder folder, bool resume)
    : settings_(settings),
      data_(data),
      split_(split),
      folder_(std::move(folder)),
      network_(std::move(network)),
      step_(add_training_step(network_, settings, updates_in_run(settings, split_.train.size()))),
      program_(compile(*network_.graph, {network_.model.losses, network_.model.predicted, step_},
                       options(settings, split_.train))),
      state_(initialise(*network_.graph, settings.seed)),
      scale_(pixel_scale(settings, split_.train)),
      evaluator_(network_, scale_, data.train.classes.size(), settings.threads),
      batches_(split_.train, scale_, largest_batch(settings, split_.train), augment(settings)) {
  if (resume) load();
}

void Trainer::load() {
  const std::filesystem::path newest = folder_.checkpoint();
  const std::filesystem::path previous = folder_.previous_checkpoint();
  const bool is_there = file_exists(newest);
  const bool is_previous_there = file_exists(previous);
  if (!is_there && !is_previous_there) {
    notes_.push_back(fmt::format("'{}' has no checkpoint yet: the run begins with its first step",
                                 folder_.path().string()));
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
void Trainer::find_lost_rows() {
  std::vector<MetricsRow> rows = read_metrics(folder_.metrics());
  std::erase_if(rows, [&](const MetricsRow& row) { return row.iteration > position_.iteration; });
  const std::int64_t per_epoch = iterations_per_epoch();
  auto row = rows.begin();
  for (std::int64_t iteration = 1; iteration <= position_.iteration; ++iteration) {
    const std::int64_t step = (iteration - 1) % per_epoch + 1;
    if (step != per_epoch && !is_logged(step)) continue;
    for (const std::string_view split : {"train", "validation"}) {
      if (split == "validation" && split_.validation.size() == 0) continue;
      if (row != rows.end() && row->iteration == iteration && row->split == split) {
        ++row;
        continue;
      }
      notes_.push_back(fmt::format(
          "'{}' has lost lines: where the {} line of iteration {} should be it {}. The network is not "
          "affected and the run goes on; its curves have a gap there",
          folder_.metrics().string(), split, iteration,
          row == rows.end() ? "ends" : fmt::format("has one of iteration {}", row->iteration)));
      return;
    }
  }
}

void Trainer::take_step(Log& log, const data::Batch<float>& batch, bool last_of_epoch) {
  // Batches that came together by the end of an epoch make their update then.
  if (settings_.accumulate > 1) state_.set("accumulate/flush", last_of_epoch ? 1 : 0);
  const auto before = Clock::now();
  const auto values =
      program_.run(state_, {{network_.model.image, batch.images}, {network_.model.label, batch.labels}});
  log.step_us.push_back(std::chrono::duration<float, std::micro>(Clock::now() - before).count());

  const auto losses = values[network_.model.losses];
  const auto predicted = values[network_.model.predicted];
  double sum = 0;
  for (Index i = 0; i < losses.size(); ++i) {
    sum += static_cast<double>(losses[i]);
    if (predicted[i] == batch.labels[static_cast<std::size_t>(i)]) ++position_.correct;
  }
  position_.loss_sum += sum;
  position_.counted += losses.size();
  position_.example += losses.size();
  ++position_.iteration;
  log.images += losses.size();
  log.loss = sum / static_cast<double>(losses.size());
  if (log.observer.step) log.observer.step(log.loss);
}

void Trainer::record(Log& log, const MetricsRow& row) {
  log.metrics.append(row);
  if (log.observer.row) log.observer.row(row);
}

void Trainer::write_metrics(Log& log) {
  if (position_.counted == 0) return;
  const auto counted = static_cast<double>(position_.counted);
  const std::int64_t epoch = position_.epoch + 1;
  const double train_loss = position_.loss_sum / counted;
  const double train_accuracy = static_cast<double>(position_.correct) / counted;
  record(log, {position_.iteration, epoch, "train", train_loss, train_accuracy});
  std::string line = fmt::format("epoch {}/{}  iteration {}  train loss {:.4f} accuracy {:.2f} %", epoch,
                                 settings_.epochs, position_.iteration, train_loss, 100 * train_accuracy);
  if (split_.validation.size() > 0) {
    const Evaluation& validation = log.validation.emplace(evaluator_.evaluate(state_, split_.validation));
    record(log, {position_.iteration, epoch, "validation", validation.loss, validation.accuracy()});
    line += fmt::format("  validation loss {:.4f} accuracy {:.2f} %", validation.loss,
                        100 * validation.accuracy());
  }
  log.progress.line(line);
  position_.loss_sum = 0;
  position_.correct = 0;
  position_.counted = 0;
}

bool Trainer::is_logged(std::int64_t step_of_epoch) const {
  const std::int64_t left = iterations_per_epoch() - step_of_epoch;
  return step_of_epoch % settings_.log_every == 0 && 2 * left >= settings_.log_every;
}

bool Trainer::is_save_due(const Log& log) const {
  if (log.save_every.iterations > 0) return position_.iteration % log.save_every.iterations == 0;
  return Clock::now() - log.saved >= log.save_every.time;
}

void Trainer::run_epoch(Log& log) {
  batches_.start(
      data::permutation(split_.train.size(), settings_.seed, static_cast<std::uint64_t>(position_.epoch)),
      static_cast<std::size_t>(position_.example), static_cast<std::uint64_t>(position_.epoch));
  while (!log.stopped) {
    const auto batch = batches_.next();
    if (!batch) break;
    take_step(log, *batch, batches_.position() == batches_.size());
    log.progress.update({position_.epoch + 1, position_.iteration, log.images, log.loss});
    // An epoch's last step ends the epoch too: what is saved never stands between the two.
    if (batches_.position() == batches_.size()) {
      write_metrics(log);
      ++position_.epoch;
      position_.example = 0;
    } else if (is_logged(position_.iteration - position_.epoch * iterations_per_epoch())) {
      write_metrics(log);
    }
    log.stopped = log.stop();
    if (log.stopped || position_.example == 0 || is_save_due(log)) save(log);
  }
}

void Trainer::save(Log& log) {
  log.metrics.sync();
  // A damaged one must not take the place of the whole one that the run went on from.
  save_checkpoint(folder_.checkpoint(), state_, position_,
                  is_newest_whole_ ? folder_.previous_checkpoint() : std::filesystem::path());
  is_newest_whole_ = true;
  log.saved = Clock::now();
}

void Trainer::judge(Log& log, TrainOutcome& outcome) {
  const auto on = [&](const data::Subset& examples) -> std::optional<Evaluation> {
    if (!outcome.finished) return std::nullopt;
    const auto result = evaluator_.evaluate(state_, examples, log.stop);
    outcome.finished = result.has_value();
    return result;
  };
  outcome.finished = true;
  if (const auto train = on(split_.train)) outcome.train = *train;
  // Measured already, by the last line of metrics.csv, unless this session had nothing left to train.
  if (!log.validation) log.validation = on(split_.validation);
  if (log.validation) outcome.validation = *log.validation;
  if (const auto test = on(data_.test)) outcome.test = *test;
}

TrainOutcome Trainer::run(Progress& progress, const std::function<bool()>& stop,
                          const TrainObserver& observer) {
  Log log{progress, stop, observer,
          resumed_ ? MetricsLog::resume(folder_.metrics(), position_.iteration)
                   : MetricsLog::create(folder_.metrics()),
          parse_save_every(settings_.save_every)};
  TrainOutcome outcome;
  outcome.resumed_at = position_.iteration;
  // A run that fails in its first epoch can be gone on with too.
  if (!resumed_) save(log);
  while (position_.epoch < settings_.epochs && !log.stopped) run_epoch(log);
  if (position_.epoch >= settings_.epochs) judge(log, outcome);
  progress.finish();
  outcome.position = position_;
  outcome.total_s = seconds_since(log.start);
  outcome.step_us_median = median(std::move(log.step_us));
  outcome.planned_bytes = program_.planned_bytes();
  outcome.unplanned_bytes = program_.unplanned_bytes();
  return outcome;
}

}  // namespace gradus
