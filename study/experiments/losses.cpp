#include <gradus/study/experiment.hpp>

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
  const RunRecord& entropy = runner.train("cross-entropy", settings);
  settings.loss = "squared-error";
  const RunRecord& square = runner.train("squared error", settings);

  const std::vector<const RunRecord*> runs{&entropy, &square};
  ResultSection section{"Two losses", {}, {}, runs};
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
      fmt::format("With cross-entropy the network ends at {:.2f} % of the validation images, with the "
                  "squared error at "
                  "{:.2f} %: a difference of {:+.2f} points.",
                  final_accuracy(entropy, "validation"), final_accuracy(square, "validation"),
                  final_accuracy(entropy, "validation") - final_accuracy(square, "validation")),
      fmt::format("{:.0f} % are passed {} with cross-entropy, {} with the squared error.", mark,
                  reached(entropy, mark), reached(square, mark))};
  return {"Cross-entropy and squared error",
          "The same network, 784-500-250-100-10 with ReLU, the same initial weights, batches and descent "
          "with η = 0.1, "
          "once for the cross-entropy −Σ t log p, once for the squared error Σ (p − t)² of the same softmax.",
          {section}};
}

}  // namespace

Experiment losses() {
  return {"losses", "Cross-entropy against squared error, all else being equal", R"(
Examples:
  gradus experiment losses                       5 epochs each
  gradus experiment losses --epochs 2 --train-limit 10000)",
          run_losses};
}

}  // namespace gradus
