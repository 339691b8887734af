#include <gradus/report/sections.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/study/spread.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

using Runs = std::vector<const RunRecord*>;

constexpr const char* activations[] = {"sigmoid", "tanh", "relu"};

/// A course asks for the loss on training and test images every 200 iterations.
TrainSettings course_settings(const ExperimentRunner& runner) {
  TrainSettings settings = runner.settings(15);
  settings.optimizer = "sgd";
  settings.hyper = {{"learning_rate", 0.01}};
  settings.log_test = true;
  return settings;
}

/// A section about groups of runs, with the curves of the first of each.
ResultSection about(const std::string& heading, const std::string& name, const std::vector<Runs>& groups) {
  ResultSection section{heading, {}, {}, {}};
  Runs first;
  for (const Runs& group : groups) {
    first.push_back(group.front());
    section.runs.insert(section.runs.end(), group.begin(), group.end());
  }
  const auto plot = [&](const char* split, const char* what, Quantity quantity) {
    return Plot{fmt::format("{}-{}-{}", name, split, what),
                fmt::format("The {} on the {} split", what, split),
                overlaid(first, {{split, quantity, false}})};
  };
  section.plots = {plot("train", "loss", Quantity::loss), plot("test", "loss", Quantity::loss),
                   plot("train", "accuracy", Quantity::accuracy),
                   plot("test", "accuracy", Quantity::accuracy)};
  return section;
}

std::string test_text(const Runs& runs) {
  return fmt::format("{} has {} of the test images", runs.front()->label,
                     final_accuracies(runs, "test").text());
}

ResultSection by_descent(const std::vector<Runs>& descents) {
  ResultSection section = about("Three activations, SGD with η = 0.01", "sgd", descents);
  for (const Runs& runs : descents) section.sentences.push_back(test_text(runs) + ".");
  return section;
}

ResultSection by_adam(const std::vector<Runs>& descents, const std::vector<Runs>& adams) {
  ResultSection section = about("The same with Adam, η = 0.001", "adam", adams);
  for (std::size_t i = 0; i < adams.size(); ++i)
    section.sentences.push_back(fmt::format(
        "{}, against SGD {}.", test_text(adams[i]),
        difference_text(final_accuracies(adams[i], "test"), final_accuracies(descents[i], "test"))));
  return section;
}

double gap(const Runs& runs) {
  return final_accuracies(runs, "train").mean - final_accuracies(runs, "test").mean;
}

ResultSection by_penalty(const Runs& without, const Runs& with) {
  ResultSection section = about("With an L2 penalty", "l2", {without, with});
  section.sentences = {fmt::format(
      "{}, against the same without the penalty {}. Between training and test images lie {:.2f} points "
      "instead of {:.2f}.",
      test_text(with), difference_text(final_accuracies(with, "test"), final_accuracies(without, "test")),
      gap(with), gap(without))};
  return section;
}

/// Of the run that is best on validation: the test images choose nothing.
ResultSection by_class(std::vector<Runs> groups) {
  std::ranges::sort(groups, std::ranges::greater(),
                    [](const Runs& runs) { return late_accuracies(runs).mean; });
  const RunRecord& run = *groups.front().front();
  const Judged judged = judged_on("test", run.result.value().splits.at("test"));
  std::vector<std::string> names;
  for (const Scores& scores : judged.classes) names.push_back(scores.name);
  ResultSection section{"What was taken for what", {}, {confusion_plot(judged, true)}, {}};
  section.sentences = {
      fmt::format("{} is the best on validation, {}, over the last lines of its runs. On the "
                  "test images its first run has {:.2f} %. {}.",
                  run.label, late_accuracies(groups.front()).text(), final_accuracy(run, "test"),
                  hardest_pairs(judged.confusion, names))};
  section.tables = {
      {fmt::format("Classification report of {}, {}", run.label, judged.examples), class_table(judged)}};
  return section;
}

ExperimentResults run_course_network(ExperimentRunner& runner) {
  TrainSettings settings = course_settings(runner);
  std::vector<Runs> descents;
  for (const char* activation : activations) {
    settings.activation = activation;
    descents.push_back(runner.train_seeds(fmt::format("{}, SGD", activation), settings));
  }
  settings.optimizer = "adam";
  settings.hyper = {};
  std::vector<Runs> adams;
  for (const char* activation : activations) {
    settings.activation = activation;
    adams.push_back(runner.train_seeds(fmt::format("{}, Adam", activation), settings));
  }
  settings.l2 = 1e-4;
  const Runs penalised = runner.train_seeds("relu, Adam, L2 1e-4", settings);

  std::vector<Runs> all = descents;
  all.insert(all.end(), adams.begin(), adams.end());
  all.push_back(penalised);
  return {
      "The network of a first course",
      fmt::format("{}, on batches of {}, {} epochs; an accuracy is that of the test images at the end, ± the "
                  "standard deviation over seeds (here {}). Curves are those of the first seed, with a point "
                  "every {} iterations.",
                  network_text(runner), settings.batch, settings.epochs, runner.options().seeds,
                  settings.log_every),
      {by_descent(descents), by_adam(descents, adams), by_penalty(adams.back(), penalised),
       by_class(std::move(all))}};
}

}  // namespace

Experiment course_network() {
  return {"course-network",
          "784-500-250-100-10 with three activations, by SGD and by Adam, with L2; confusion matrix",
          R"(
Examples:
  gradus experiment course-network               15 epochs, seven settings with three seeds each
  gradus experiment course-network --epochs 2 --seeds 1
  gradus experiment pytorch                      the same network in PyTorch, step by step)",
          run_course_network,
          true,
          {"activation", "l2", "layers"}};
}

}  // namespace gradus
