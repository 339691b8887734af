#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/train/fit.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

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
nlohmann::json deciding(const FitOptions& options, const Examples& examples) {
  return {{"rule", options.rule.name()}, {"batch", options.batch},
          {"seed", options.seed},        {"validation", options.validation},
          {"examples", examples.size()}, {"accumulate", options.minimize.accumulate}};
}

std::optional<RunFolder> folder_of(const FitOptions& options, const Examples& examples) {
  if (!options.out) return std::nullopt;
  const nlohmann::json config{{"fit", deciding(options, examples)}};
  if (!options.resume || !file_exists(*options.out / "config.json")) {
    const RunFolder folder = RunFolder::create(*options.out);
    folder.write_config(config);
    return folder;
  }
  const RunFolder folder = RunFolder::resume(*options.out);
  if (const nlohmann::json there = folder.read_config(); there != config)
    throw ValueError(
        fmt::format("'{}' holds a run of {}, which cannot go on as one of {}: choose another folder",
                    options.out->string(), json_text(there), json_text(config)));
  return folder;
}

/// Computes expressions for examples, batch after batch.
class Runner {
 public:
  Runner(const Exprs& wanted, int threads) : wanted_(wanted), program_(compiled(wanted, threads)) {}

  /// Hands each batch's first example, its size and its values on.
  template <class Take>
  void run(State<float>& state, const Examples& given, const Take& take) const {
    const Examples examples = given.needed_by(wanted_);
    for (std::size_t first = 0; first < examples.size(); first += at_once) {
      const Examples batch = examples.part(first, std::min(at_once, examples.size() - first));
      std::vector<Feed<float>> feeds;
      for (const Examples::Column& column : batch.columns()) feeds.emplace_back(column.input, column.values);
      take(first, batch.size(), program_.run(state, feeds));
    }
  }

 private:
  /// Large enough that the weights are read seldom, small enough that the values stay in the cache.
  static constexpr std::size_t at_once = 250;

  static Program<float> compiled(const Exprs& wanted, int threads) {
    CompileOptions options;
    options.capacity = static_cast<Index>(at_once);
    options.threads = threads;
    return compile(wanted.front().graph(), wanted, options);
  }

  Exprs wanted_;
  Program<float> program_;
};

/// evaluate(), compiled once.
class Measurer {
 public:
  Measurer(const Trainable& network, int threads)
      : network_(network),
        losses_(network.losses ? network.losses : network.loss),
        runner_(wanted(), threads) {}

  Measured of(State<float>& state, const Examples& examples) const {
    double sum = 0;
    std::size_t correct = 0;
    runner_.run(state, examples, [&](std::size_t first, std::size_t count, const Results<float>& values) {
      const double weight = losses_.shape().rank() == 0 ? static_cast<double>(count) : 1;
      for (const float loss : values[losses_].span()) sum += weight * static_cast<double>(loss);
      if (!network_.predicted) return;
      const auto predicted = values[network_.predicted].span();
      const auto labels = examples[network_.label].subspan(first, count);
      for (std::size_t i = 0; i < count; ++i)
        if (predicted[i] == labels[i]) ++correct;
    });
    const auto all = static_cast<double>(examples.size());
    Measured measured{sum / all};
    if (network_.predicted) measured.accuracy = static_cast<double>(correct) / all;
    return measured;
  }

 private:
  Exprs wanted() const { return network_.predicted ? Exprs{losses_, network_.predicted} : Exprs{losses_}; }

  Trainable network_;
  Expr losses_;
  Runner runner_;
};

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
  MinimizeOptions minimizing = options.minimize;
  minimizing.penalty = network.penalty;
  const Expr step = minimize(network.loss, options.rule, minimizing);
  const Examples train = examples.part(0, examples.size() - options.validation);
  const Examples kept = examples.part(train.size(), options.validation);
  std::function<Measured(State<float>&)> validate;
  if (options.validation > 0)
    validate = [&kept, measurer = Measurer(network, options.threads)](State<float>& state) {
      return measurer.of(state, kept);
    };

  const std::optional<RunFolder> folder = folder_of(options, examples);
  ExampleFeeder feeder(train, network.label, options.batch, options.seed);
  TrainingLoop loop({options.batch, options.epochs, options.minimize.accumulate, options.log_every,
                     options.save_every, options.seed, options.threads},
                    {step, network.losses ? network.losses : network.loss, network.predicted}, feeder,
                    validate, folder, options.resume);

  Fitted fitted{State<float>(step.graph(), options.seed), {}, 0, false, loop.notes()};
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
  fitted.state = std::move(loop.state());
  return fitted;
}

Measured evaluate(const Trainable& network, State<float>& state, const Examples& examples, int threads) {
  return Measurer(network, threads).of(state, examples);
}

std::vector<float> predict(Expr wanted, State<float>& state, const Examples& examples, int threads) {
  std::vector<float> result;
  Runner({wanted}, threads).run(state, examples, [&](std::size_t, std::size_t, const Results<float>& values) {
    const auto found = values[wanted].span();
    result.insert(result.end(), found.begin(), found.end());
  });
  return result;
}

void save(const std::filesystem::path& path, const State<float>& state) { save_checkpoint(path, state, {}); }

void load(const std::filesystem::path& path, State<float>& state) {
  load_checkpoint(path, state, Wanted::parameters);
}

}  // namespace gradus
