#include <gradus/study/experiment.hpp>
#include <gradus/study/spread.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

ResultSection of_activation(ExperimentRunner& runner, const std::string& activation) {
  ResultSection section{activation, {}, {}, {}};
  std::vector<std::vector<const RunRecord*>> rates;
  std::vector<const RunRecord*> first;
  for (const double rate : {0.001, 0.01, 0.1}) {
    TrainSettings settings = runner.settings(15);
    settings.activation = activation;
    settings.optimizer = "sgd";
    settings.hyper = {{"learning_rate", rate}};
    rates.push_back(runner.train_seeds(fmt::format("{}, η = {}", activation, rate), settings));
    first.push_back(rates.back().front());
    section.runs.insert(section.runs.end(), rates.back().begin(), rates.back().end());
  }
  const auto name = [&](const char* what) { return fmt::format("{}-{}", activation, what); };
  section.plots = {
      {name("validation-accuracy"), fmt::format("{}: accuracy on the validation split", activation),
       overlaid(first, {{"validation", Quantity::accuracy, false}})},
      {name("validation-loss"), fmt::format("{}: loss on the validation split", activation),
       overlaid(first, {{"validation", Quantity::loss, false}})},
      {name("train-accuracy"), fmt::format("{}: accuracy on the training batches", activation),
       overlaid(first, {{"train", Quantity::accuracy, false}})},
      {name("train-loss"), fmt::format("{}: loss on the training batches", activation),
       overlaid(first, {{"train", Quantity::loss, false}})}};
  std::ranges::sort(rates, std::ranges::greater(),
                    [](const auto& runs) { return late_accuracies(runs).mean; });
  const Spread best = late_accuracies(rates.front());
  section.sentences = {
      fmt::format("At the end of epoch {} {} has the most of the validation images, {}, and {} of "
                  "the test images.",
                  rates.front().front()->settings.epochs, rates.front().front()->label, best.text(),
                  final_accuracies(rates.front(), "test").text())};
  for (std::size_t i = 1; i < rates.size(); ++i) {
    const Spread other = late_accuracies(rates[i]);
    section.sentences.push_back(fmt::format("{} has {} and {}: {}.", rates[i].front()->label, other.text(),
                                            final_accuracies(rates[i], "test").text(),
                                            difference_text(other, best)));
  }
  return section;
}

ExperimentResults run_learning_rates(ExperimentRunner& runner) {
  ExperimentResults results{
      "Learning rates of three activations",
      fmt::format(
          "{} by SGD on batches of {} of {} images, with initial weights {}: "
          "η = 0.001, 0.01 and 0.1 for sigmoid, tanh and ReLU. Validation accuracy is the mean of the last "
          "five points of its curve, ± the standard deviation over seeds (here {}); curves are "
          "those of the first.",
          network_text(runner), runner.options().settings.batch, runner.train_images(),
          runner.options().settings.init, runner.options().seeds),
      {}};
  for (const char* activation : {"sigmoid", "tanh", "relu"})
    results.sections.push_back(of_activation(runner, activation));
  return results;
}

}  // namespace

Experiment learning_rates() {
  return {"learning-rates",
          "η = 0.001, 0.01, 0.1 for sigmoid, tanh and ReLU",
          R"(
Examples:
  gradus experiment learning-rates               15 epochs of 50,000 images, nine settings with three seeds each
  gradus experiment learning-rates --train-limit 30000
  gradus experiment learning-rates --epochs 2 --train-limit 5000 --seeds 1)",
          run_learning_rates,
          true,
          {"activation", "layers"}};
}

}  // namespace gradus
