#include <gradus/study/experiment.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

ResultSection of_activation(ExperimentRunner& runner, const std::string& activation) {
  ResultSection section{activation, {}, {}, {}};
  for (const double rate : {0.001, 0.01, 0.1}) {
    TrainSettings settings = runner.settings(15);
    settings.activation = activation;
    settings.optimizer = "sgd";
    settings.hyper = {{"learning_rate", rate}};
    section.runs.push_back(&runner.train(fmt::format("{}, η = {}", activation, rate), settings));
  }
  const auto name = [&](const char* what) { return fmt::format("{}-{}", activation, what); };
  section.plots = {
      {name("validation-accuracy"), fmt::format("{}: accuracy on the validation split", activation),
       overlaid(section.runs, {{"validation", Quantity::accuracy, false}})},
      {name("validation-loss"), fmt::format("{}: loss on the validation split", activation),
       overlaid(section.runs, {{"validation", Quantity::loss, false}})},
      {name("train-accuracy"), fmt::format("{}: accuracy on the training batches", activation),
       overlaid(section.runs, {{"train", Quantity::accuracy, false}})},
      {name("train-loss"), fmt::format("{}: loss on the training batches", activation),
       overlaid(section.runs, {{"train", Quantity::loss, false}})}};
  const auto validation = [](const RunRecord* run) { return final_accuracy(*run, "validation"); };
  const RunRecord& best = **std::ranges::max_element(section.runs, {}, validation);
  const RunRecord& worst = **std::ranges::min_element(section.runs, {}, validation);
  section.sentences = {fmt::format(
      "After {} epochs {} is best: {:.2f} % of the validation images and {:.2f} % of the test images. The "
      "worst, {}, "
      "ends at {:.2f} % and {:.2f} %.",
      best.settings.epochs, best.label, final_accuracy(best, "validation"), final_accuracy(best, "test"),
      worst.label, final_accuracy(worst, "validation"), final_accuracy(worst, "test"))};
  return section;
}

ExperimentResults run_learning_rates(ExperimentRunner& runner) {
  ExperimentResults results{
      "Learning rates of three activations",
      fmt::format("784-500-250-100-10 by SGD on batches of 64 of {} images, with Glorot's initial weights: "
                  "η = 0.001, 0.01 and 0.1 for sigmoid, tanh and ReLU.",
                  runner.train_images()),
      {}};
  for (const char* activation : {"sigmoid", "tanh", "relu"})
    results.sections.push_back(of_activation(runner, activation));
  return results;
}

}  // namespace

Experiment learning_rates() {
  return {"learning-rates", "η = 0.001, 0.01, 0.1 for sigmoid, tanh and ReLU on 784-500-250-100-10", R"(
Examples:
  gradus experiment learning-rates               15 epochs of 50,000 images, nine runs
  gradus experiment learning-rates --train-limit 30000
  gradus experiment learning-rates --epochs 2 --train-limit 5000)",
          run_learning_rates};
}

}  // namespace gradus
