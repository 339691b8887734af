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

ExperimentResults run_losses(ExperimentRunner& runner) {
  TrainSettings settings = runner.settings(5);
  settings.optimizer = "sgd";
  settings.hyper = {{"learning_rate", 0.1}};
  settings.log_every = 50;
  const std::vector<const RunRecord*> entropies = runner.train_seeds("cross-entropy", settings);
  settings.loss = "squared-error";
  const std::vector<const RunRecord*> squares = runner.train_seeds("squared error", settings);
  const RunRecord& entropy = *entropies.front();
  const RunRecord& square = *squares.front();

  const std::vector<const RunRecord*> runs{&entropy, &square};
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
  return {
      "Cross-entropy and squared error",
      fmt::format(
          "The same network, {}, the same initial weights, batches and descent "
          "with η = 0.1, "
          "once for the cross-entropy −Σ t log p, once for the squared error Σ (p − t)² of the same softmax. "
          "An "
          "accuracy is the mean of the last five lines of metrics.csv, ± the standard deviation over seeds.",
          network_text(runner)),
      {section}};
}

}  // namespace

Experiment losses() {
  return {"losses", "Cross-entropy against squared error, all else being equal", R"(
Examples:
  gradus experiment losses                       5 epochs each, three seeds
  gradus experiment losses --epochs 2 --train-limit 10000)", run_losses, true,
          {"loss"}};
}

}  // namespace gradus
