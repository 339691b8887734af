#include <gradus/report/sections.hpp>
#include <gradus/study/overfitting.hpp>
#include <gradus/study/spread.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/network.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

using Runs = std::vector<const RunRecord*>;

/// The network of the derivations on paper: 784-64-10 with sigmoid, by descent on the sum over a batch.
TrainSettings paper_network(const ExperimentRunner& runner) {
  TrainSettings settings = default_settings("mlp");
  settings.hidden = {64};
  settings.activation = "sigmoid";
  settings.init = "gaussian:0.1";
  settings.batch = 256;
  settings.optimizer = "sgd";
  settings.hyper = {{"learning_rate", 0.001}};
  settings.reduction = "sum";
  return runner.settings_from(settings, 15);
}

/// The weights of the first layer look like templates of what a unit answers to.
ResultSection templates_of(const Runs& runs, const ExperimentRunner& runner) {
  const RunRecord& run = *runs.front();
  const data::Dataset& train = runner.data().train;
  const Network network = declare(run.settings, train);
  State<float> state = initialise(*network.graph, run.settings.seed);
  load_checkpoint(run.folder.kept_checkpoint(run.settings), state, Restore::model);
  ResultSection section{"784-64-10: what the units look for",
                        {},
                        {train_and_validation("templates-loss", "784-64-10", run, Quantity::loss),
                         train_and_validation("templates-accuracy", "784-64-10", run, Quantity::accuracy)},
                        {}};
  section.first_layer =
      first_layer_json(*network.graph, state, train.rows, train.cols, runner.options().out / "plots");
  section.sentences = {fmt::format(
      "With batches of {}, σ = 0.1 and η = 0.001, in {} steps, it comes to {} of the test images.",
      run.settings.batch, run.result.value().iterations, final_accuracies(runs, "test").text())};
  return section;
}

ResultSection the_convolutional(const Runs& runs, const ExperimentRunner& runner) {
  const RunRecord& run = *runs.front();
  const Network network = declare(run.settings, runner.data().train);
  ResultSection section{"A convolutional network",
                        {},
                        {train_and_validation("cnn-loss", "LeNet", run, Quantity::loss),
                         train_and_validation("cnn-accuracy", "LeNet", run, Quantity::accuracy)},
                        runs};
  section.sentences = {fmt::format(
      "By {} with η = {} on batches of {}, with dropout {}, in {} steps, it comes to {} of the test images.",
      run.settings.optimizer, hyper_values(run.settings).at("learning_rate"), run.settings.batch,
      run.settings.dropout, run.result.value().iterations, final_accuracies(runs, "test").text())};
  section.tables = {{"Its layers, for one image",
                     HtmlTable::of(layer_rows(network, {"layer", "kind", "output", "stride", "padding",
                                                        "parameters", "multiply-adds"}),
                                   3, 1)}};
  return section;
}

ExperimentResults run_templates_and_overfitting(ExperimentRunner& runner) {
  const TrainSettings paper = paper_network(runner);
  const Overfitting found = overfitting(runner, paper, "784-64-10");
  TrainSettings lenet = runner.settings_from(default_settings("cnn"), 12);
  const Runs convolutional = runner.train_seeds("LeNet", lenet);
  TrainSettings plain = lenet;
  plain.dropout = 0;
  plain.epochs = runner.options().epochs.value_or(5);
  const Overfitting of_lenet = overfitting(runner, plain, "LeNet");

  ExperimentResults results{"Templates and overfitting",
                            "784-64-10 with sigmoid and softmax, whose derivatives `gradus jacobian` writes "
                            "down; what its hidden units "
                            "look for; what it and a convolutional network come to on 2,000 images, and what "
                            "dropout, a penalty on the "
                            "weights and augmentation win back. ± is the standard deviation over seeds.",
                            {templates_of(found.many, runner)}};
  results.sections.insert(results.sections.end(), found.sections.begin(), found.sections.end());
  results.sections.push_back(the_convolutional(convolutional, runner));
  results.sections.insert(results.sections.end(), of_lenet.sections.begin(), of_lenet.sections.end());
  return results;
}

}  // namespace

Experiment templates_and_overfitting() {
  return {"templates-and-overfitting",
          "784-64-10, its weights as pictures, and LeNet, each on 2,000 and on 50,000 images",
          R"(
Examples:
  gradus experiment templates-and-overfitting
  gradus experiment templates-and-overfitting --epochs 1 --seeds 1
  gradus jacobian                                the derivatives of the same network)",
          run_templates_and_overfitting, false};
}

}  // namespace gradus
