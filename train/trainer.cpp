#include <gradus/data/shuffle.hpp>
#include <gradus/train/trainer.hpp>

#include <algorithm>
#include <chrono>

namespace gradus {
namespace {

data::Augment augment(const TrainSettings& settings) {
  if (settings.augment.empty()) return {};
  return {data::Augmentation::parse(settings.augment, settings.parts->transforms), settings.seed};
}

LoopOptions loop_options(const TrainSettings& settings) {
  return {settings.batch, settings.epochs,  settings.log_every,   settings.save_every,
          settings.seed,  settings.threads, settings.keeps_best()};
}

}  // namespace

ImageFeeder::ImageFeeder(const Classifier& model, const TrainSettings& settings, const data::Subset& train,
                         const data::PixelScale& scale)
    : model_(model),
      all_(train.size()),
      examples_(examples_in_epoch(settings, train.size())),
      seed_(settings.seed),
      batches_(train, scale, std::min(static_cast<std::size_t>(settings.batch), train.size()),
               augment(settings)) {}

void ImageFeeder::start(std::uint64_t epoch, std::size_t passed) {
  auto order = data::permutation(all_, seed_, epoch);
  order.resize(examples_);
  batches_.start(std::move(order), passed, epoch);
}

std::optional<Feeder::Batch> ImageFeeder::next() {
  const auto batch = batches_.next();
  if (!batch) return std::nullopt;
  feeds_ = {Feed<float>{model_.image, batch->images}, Feed<float>{model_.label, batch->labels}};
  return Batch{feeds_, batch->labels, batch->size};
}

Trainer::Trainer(const TrainSettings& settings, Network network, const data::TrainTest& data,
                 const data::Split& split, RunFolder folder, bool resume)
    : settings_(settings),
      folder_(folder),
      data_(data),
      split_(split),
      network_(std::move(network)),
      step_(add_training_step(network_, settings, updates_in_run(settings, split_.train.size()))),
      scale_(pixel_scale(settings, split_.train)),
      evaluator_(network_, scale_, data.train.classes.size(), settings.threads),
      feeder_(network_.model, settings, split_.train, scale_),
      loop_(loop_options(settings), {step_, network_.model.losses, network_.model.predicted}, feeder_,
            measured_splits(), std::move(folder), resume) {}

std::vector<MeasuredSplit> Trainer::measured_splits() {
  std::vector<MeasuredSplit> splits;
  const auto add = [&](std::string_view name, const data::Subset& split, bool each_epoch) {
    splits.push_back({name,
                      [this, split](State<float>& state) {
                        const Evaluation evaluation = evaluator_.evaluate(state, split);
                        return Measured{evaluation.loss, evaluation.accuracy()};
                      },
                      each_epoch});
  };
  if (settings_.log_train) add("train-set", split_.train, true);
  if (split_.validation.size() > 0)
    splits.push_back({"validation", [this](State<float>& state) {
                        validation_ = evaluator_.evaluate(state, split_.validation);
                        return Measured{validation_->loss, validation_->accuracy()};
                      }});
  if (settings_.log_test) add("test", data_.test, false);
  return splits;
}

std::int64_t Trainer::take_kept_weights() {
  if (!settings_.keeps_best()) return loop_.position().iteration;
  return load_checkpoint(folder_.kept_checkpoint(settings_), loop_.state(), Restore::model).iteration;
}

void Trainer::judge(const std::function<bool()>& stop, TrainOutcome& outcome) {
  const auto on = [&](const data::Subset& examples) -> std::optional<Evaluation> {
    if (!outcome.finished) return std::nullopt;
    const auto result = evaluator_.evaluate(loop_.state(), examples, stop);
    outcome.finished = result.has_value();
    return result;
  };
  outcome.finished = true;
  outcome.rows = read_metrics(folder_.metrics());
  outcome.weights_of = take_kept_weights();
  if (outcome.weights_of != loop_.position().iteration) validation_.reset();
  if (const auto train = on(split_.train)) outcome.train = *train;
  // Measured already, by the last line of metrics.csv, unless this session had nothing left to train.
  if (!validation_) validation_ = on(split_.validation);
  if (validation_) outcome.validation = *validation_;
  if (const auto test = on(data_.test)) outcome.test = *test;
}

TrainOutcome Trainer::run(Progress& progress, const std::function<bool()>& stop,
                          const TrainObserver& observer) {
  const auto start = std::chrono::steady_clock::now();
  TrainOutcome outcome;
  outcome.resumed_at = loop_.position().iteration;
  validation_.reset();
  train(progress, stop, observer);
  if (loop_.finished()) judge(stop, outcome);
  progress.finish();
  outcome.position = loop_.position();
  outcome.total_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  outcome.step_us_median = loop_.step_us_median();
  outcome.planned_bytes = loop_.program().planned_bytes();
  outcome.unplanned_bytes = loop_.program().unplanned_bytes();
  return outcome;
}

}  // namespace gradus
