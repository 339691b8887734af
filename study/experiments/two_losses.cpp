#include <gradus/study/experiment.hpp>
#include <gradus/study/spread.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// The first iteration with a validation row of at least so much accuracy, in words.
std::string reached(const RunRecord& run, double percent) {
  for (const CurvePoint& point : per_iteration(run.rows, "validation", Quantity::accuracy))
    if (point.y >= percent) return fmt::format("by iteration {:.0f}", point.x);
  return "at no time";
}

using Runs = std::vector<const RunRecord*>;

/// Either loss, with a name in words.
constexpr std::pair<const char*, const char*> both[] = {{"cross-entropy", "cross-entropy"},
                                                        {"squared-error", "squared error"}};

ResultSection the_losses(const Runs& entropies, const Runs& squares) {
  const RunRecord& entropy = *entropies.front();
  const RunRecord& square = *squares.front();
  const Runs runs{&entropy, &square};
  ResultSection section{"Two losses", {}, {}, entropies};
  section.runs.insert(section.runs.end(), squares.begin(), squares.end());
  section.plots = {
      {"validation-accuracy", "Accuracy on the validation split",
       overlaid(runs, {{"validation", Quantity::accuracy, false}})},
      {"train-accuracy", "Accuracy on the training batches, as they were learned",
       overlaid(runs, {{"train", Quantity::accuracy, false}})},
      {"cross-entropy-loss", "Cross-entropy over the iterations",
       overlaid({&entropy}, {{"train", Quantity::loss, false}, {"validation", Quantity::loss, false}})},
      {"squared-error-loss", "Squared error over the iterations",
       overlaid({&square}, {{"train", Quantity::loss, false}, {"validation", Quantity::loss, false}})}};
  constexpr double mark = 90;
  section.sentences = {
      fmt::format(
          "At its end the network has {} of the validation images with cross-entropy, {} with the squared "
          "error: {}.",
          late_accuracies(entropies).text(), late_accuracies(squares).text(),
          difference_text(late_accuracies(entropies), late_accuracies(squares))),
      fmt::format(
          "In the first run of each {:.0f} % are passed {} with cross-entropy, {} with the squared error.",
          mark, reached(entropy, mark), reached(square, mark))};
  return section;
}

/// Compares what each loss came to with one thing changed, with the runs that it is changed from.
class Changes {
 public:
  Changes(ExperimentRunner& runner, std::string heading, std::string name)
      : runner_(runner), name_(std::move(name)), section_{std::move(heading), {}, {}, {}} {}

  void add(const std::string& what, TrainSettings settings, const std::vector<Runs>& usual) {
    for (std::size_t i = 0; i < std::size(both); ++i) {
      settings.loss = both[i].first;
      const Runs runs = runner_.train_seeds(fmt::format("{}, {}", both[i].second, what), settings);
      section_.runs.insert(section_.runs.end(), runs.begin(), runs.end());
      first_[i].push_back(runs.front());
      section_.sentences.push_back(fmt::format(
          "{}: {}, against {} {}.", runs.front()->label, late_accuracies(runs).text(),
          usual[i].front()->label, difference_text(late_accuracies(runs), late_accuracies(usual[i]))));
    }
  }

  ResultSection section(const std::vector<Runs>& usual) {
    for (std::size_t i = 0; i < std::size(both); ++i) {
      first_[i].push_back(usual[i].front());
      section_.plots.push_back({fmt::format("{}-{}", name_, both[i].first),
                                fmt::format("{}: accuracy on the validation split", both[i].second),
                                overlaid(first_[i], {{"validation", Quantity::accuracy, false}})});
    }
    return section_;
  }

 private:
  ExperimentRunner& runner_;
  std::string name_;
  ResultSection section_;
  Runs first_[std::size(both)];
};

ExperimentResults run_two_losses(ExperimentRunner& runner) {
  TrainSettings settings = runner.settings(5);
  settings.optimizer = "sgd";
  settings.hyper = {{"learning_rate", 0.1}};
  settings.standardize = true;
  settings.log_every = 50;
  std::vector<Runs> usual;
  for (const auto& [loss, name] : both) {
    settings.loss = loss;
    usual.push_back(runner.train_seeds(name, settings));
  }

  Changes penalties(runner, "Penalties on the weights", "penalties");
  TrainSettings penalised = settings;
  penalised.l1 = 1e-5;
  penalties.add("L1 1e-5", penalised, usual);
  penalised.l1 = 0;
  penalised.l2 = 1e-4;
  penalties.add("L2 1e-4", penalised, usual);

  Changes begun(runner, "Initial weights", "initial");
  TrainSettings begins = settings;
  for (const char* init : {"uniform:0.05", "gaussian:0.05"}) {
    begins.init = init;
    begun.add(init, begins, usual);
  }
  return {
      "Cross-entropy and squared error",
      fmt::format(
          "The same network, {}, the same initial weights, batches and descent with η = 0.1 on standardised "
          "images, once for the cross-entropy −Σ t log p, once for the squared error Σ (p − t)² of the same "
          "softmax; then with penalties on the weights, and from other initial weights than {}. An accuracy "
          "is "
          "the mean of the last five points of its curve on validation, ± the standard deviation over "
          "seeds.",
          network_text(runner), settings.init),
      {the_losses(usual[0], usual[1]), penalties.section(usual), begun.section(usual)}};
}

}  // namespace

Experiment two_losses() {
  return {
      "two-losses", "Cross-entropy against squared error: alike, with L1 and L2, from three kinds of weights",
      R"(
Examples:
  gradus experiment two-losses                   5 epochs each, ten settings with three seeds each
  gradus experiment two-losses --data fashion-mnist
  gradus experiment two-losses --epochs 2 --train-limit 10000)",          run_two_losses,
      true,         {"loss", "l1", "l2", "init"},
      "losses"};
}

}  // namespace gradus
