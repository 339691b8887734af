#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/fit/fit.hpp>
#include <gradus/fit/measure.hpp>
#include <gradus/fit/page.hpp>
#include <gradus/fit/step.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace gradus {
namespace {

void check(const Trainable& network, const Examples& examples, const FitOptions& options) {
  const auto require = [](const char* name, std::int64_t value) {
    if (value < 1) throw ValueError(fmt::format("FitOptions::{} must be at least 1, not {}", name, value));
  };
  require("epochs", options.epochs);
  require("batch", options.batch);
  require("threads", options.threads);
  require("log_every", options.log_every);
  if (options.patience) require("patience", *options.patience);
  if (options.validation >= examples.size())
    throw ValueError(fmt::format("FitOptions::validation keeps {} examples, but there are {}: none is left",
                                 options.validation, examples.size()));
  if (options.resume && !options.out)
    throw ValueError("FitOptions::resume needs the folder to go on in: give FitOptions::out");
  if (network.predicted && (!network.label || examples[network.label].empty()))
    throw ValueError(
        "the network predicts classes: Trainable::label must be the input that is fed the true ones");
}

/// What decides the numbers of a run.
nlohmann::json deciding(const FitOptions& options, const FitStep& step, const Examples& examples) {
  nlohmann::json json{{"rule", options.rule.name()},   {"batch", options.batch},
                      {"seed", options.seed},          {"validation", options.validation},
                      {"examples", examples.size()},   {"accumulate", options.minimize.accumulate},
                      {"drop_last", options.drop_last}};
  for (const auto& [name, value] : step.settings) json[std::string(last_part(name))] = value;
  return json;
}

std::optional<RunFolder> folder_of(const FitOptions& options, const nlohmann::json& settings) {
  if (!options.out) return std::nullopt;
  const nlohmann::json config{{"fit", settings}};
  if (!options.resume || !file_exists(*options.out / "config.json")) {
    const RunFolder folder = RunFolder::create(*options.out);
    folder.write_config(config);
    return folder;
  }
  const RunFolder folder = RunFolder::resume(*options.out);
  nlohmann::json there = folder.read_config();
  // Runs of earlier versions took every batch.
  if (there.contains("fit") && there["fit"].is_object()) there["fit"].emplace("drop_last", false);
  if (there != config)
    throw ValueError(
        fmt::format("'{}' holds a run of {}, which cannot go on as one of {}: choose another folder",
                    options.out->string(), json_text(there), json_text(config)));
  return folder;
}

/// Makes a new state that of the first step.
void begin(State<float>& state, const FitStep& step, const FitOptions& options) {
  if (options.from != nullptr) {
    State<float> from = *options.from;
    // A rule that is new to it counts its updates from the first, by which it corrects its means.
    if (from.variables().size() <= step.first_variable) from.step = 0;
    from.extend(step.step.graph());
    from.seed = options.seed;
    state = std::move(from);
  }
  for (const auto& [name, value] : step.settings) state.set(name, value);
}

/// Whether training is to stop after an epoch, by the loss that it came to.
class Patience {
 public:
  explicit Patience(std::optional<std::int64_t> epochs) : epochs_(epochs) {}

  bool is_over(double loss) {
    without_ = loss < best_ ? 0 : without_ + 1;
    best_ = std::min(best_, loss);
    return epochs_ && without_ >= *epochs_;
  }

 private:
  std::optional<std::int64_t> epochs_;
  std::int64_t without_ = 0;
  double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace

Fitted fit(const Trainable& network, const Examples& examples, const FitOptions& options) {
  check(network, examples, options);
  const auto start = std::chrono::steady_clock::now();
  const FitStep step = fit_step(network, options);
  const Examples train = examples.part(0, examples.size() - options.validation);
  const Examples kept = examples.part(train.size(), options.validation);
  std::optional<Measurer> measurer;
  std::vector<MeasuredSplit> splits;
  if (options.validation > 0) {
    measurer.emplace(network, options.threads);
    splits.push_back({"validation", [&](State<float>& state) { return measurer->of(state, kept); }});
  }

  const nlohmann::json settings = deciding(options, step, examples);
  const std::optional<RunFolder> folder = folder_of(options, settings);
  ExampleFeeder feeder(train, network.label, options.batch, options.seed, options.drop_last);
  TrainingLoop loop(
      {options.batch, options.epochs, options.log_every, options.save_every, options.seed, options.threads},
      {step.step, network.losses_or_loss(), network.predicted}, feeder, splits, folder, options.resume);
  const std::int64_t resumed_at = loop.position().iteration;
  if (resumed_at == 0) begin(loop.state(), step, options);

  Fitted fitted{State<float>(step.step.graph(), options.seed), {}, 0, false, loop.notes()};
  Patience patience(options.patience);
  EpochReport report{0, {}, std::nullopt};
  // The epochs before a resume count too.
  const auto take = [&](const MetricsRow& row) {
    Measured measured{row.loss, row.accuracy};
    if (row.split == "train")
      report = {row.epoch, measured, std::nullopt};
    else
      report.validation = measured;
    const bool is_last = options.validation == 0 || row.split == "validation";
    if (!is_last || row.iteration != row.epoch * loop.iterations_per_epoch()) return false;
    const double loss = report.validation ? report.validation->loss : report.train.loss;
    return patience.is_over(loss);
  };
  if (folder && loop.position().iteration > 0)
    for (const MetricsRow& row : read_metrics(folder->metrics()))
      if (row.iteration <= loop.position().iteration) {
        fitted.history.push_back(row);
        fitted.stopped = take(row) || fitted.stopped;
      }

  Progress progress({options.epochs, loop.iterations_per_epoch(), loop.position().iteration, options.quiet},
                    Progress::Screen::of(stderr));
  std::int64_t epochs_told = loop.position().epoch;
  TrainObserver observer;
  observer.row = [&](const MetricsRow& row) {
    fitted.history.push_back(row);
    if (take(row)) fitted.stopped = true;
  };
  if (options.on_step) observer.step = [&](double loss) { options.on_step(loop.position().iteration, loss); };
  const auto stop = [&] {
    if (loop.position().epoch > epochs_told) {
      epochs_told = loop.position().epoch;
      if (options.on_epoch && !options.on_epoch(report)) fitted.stopped = true;
    }
    return fitted.stopped && loop.position().example == 0;
  };
  if (!fitted.stopped) loop.run(progress, stop, observer);
  progress.finish();
  fitted.epochs = loop.position().epoch;
  fitted.stopped = fitted.stopped && !loop.finished();
  if (folder) {
    const double total_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    FitPage page{network, options, settings, fitted, loop.state(), {}};
    page.times = {loop.position().iteration, resumed_at, total_s, loop.step_us_median(), options.threads};
    if (measurer && network.predicted)
      measurer->of(loop.state(), kept,
                   [&](float truth, float chosen) { page.answers.emplace_back(truth, chosen); });
    if (const std::string missing = write_fit_page(page, *folder); !missing.empty())
      fitted.notes.push_back(missing);
  }
  fitted.state = std::move(loop.state());
  return fitted;
}

void save(const std::filesystem::path& path, const State<float>& state) { save_checkpoint(path, state, {}); }

void load(const std::filesystem::path& path, State<float>& state) {
  load_checkpoint(path, state, Restore::model);
}

}  // namespace gradus
