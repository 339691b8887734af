#include <gradus/base/file.hpp>
#include <gradus/base/template.hpp>
#include <gradus/report/sweep_page.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/study/spread.hpp>
#include <gradus/sweep/run.hpp>
#include <gradus/sweep/screen.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

using Runs = std::vector<const RunRecord*>;

constexpr EmbeddedFile plans[] = {
#include "search_plans.inc"
};

/// The plan of examples/sweeps/, written down beside what it comes to, with the user's limits.
sweep::Plan plan_for(const ExperimentRunner& runner) {
  const ExperimentOptions& options = runner.options();
  const std::filesystem::path path = options.out / std::string(plans[0].name);
  write_file(path, std::string(plans[0].text));
  sweep::Plan plan = sweep::read_plan(path);
  plan.settings = runner.settings_from(plan.settings, plan.settings.epochs);
  plan.settings.threads = 1;
  if (options.epochs) {
    auto parameters = plan.space.parameters();
    std::erase_if(parameters, [](const sweep::Parameter& parameter) { return parameter.name == "epochs"; });
    plan.space = sweep::Space(parameters);
  }
  check(plan);
  return plan;
}

struct Searched {
  sweep::Plan plan;
  std::vector<sweep::Trial> best;
  ToldSweep told;
};

Searched searched(const ExperimentRunner& runner) {
  const sweep::Plan plan = plan_for(runner);
  const auto folder = sweep::SweepFolder::take(runner.options().out / "sweep", plan);
  sweep::SweepScreen screen(Progress::Screen::of(stderr));
  sweep::RunOptions options;
  options.at_once = runner.options().settings.threads;
  options.stop = [&] { return runner.is_stopped(); };
  if (!runner.options().quiet) options.told = [&](const sweep::Standing& now) { screen.show(now); };
  const sweep::Standing standing = sweep::run(plan, folder, runner.data(), options);
  if (standing.done.size() < standing.trials) throw ExperimentStopped();
  ToldSweep told = told_sweep(folder);
  write_sweep_page(told, folder.page());
  return {plan, sweep::best_of(standing.done, 1), std::move(told)};
}

TrainSettings settings_with(const ExperimentRunner& runner, const Searched& search,
                            const sweep::Values& values) {
  TrainSettings settings = settings_of(search.plan, values);
  settings.log_every = TrainSettings().log_every;
  return runner.settings_from(settings, settings.epochs);
}

/// What a trial has, but not what it shares with all.
std::string values_text(const sweep::Trial& trial, std::string_view without = {}) {
  std::string text;
  for (const auto& [name, value] : trial.values.each)
    if (name != without) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  return text;
}

ResultSection the_search(const Searched& search) {
  ResultSection section{"The search", findings(search.told), {}, {}};
  section.page = "sweep/report.html";
  return section;
}

/// The best, trained anew with several seeds, by either loss.
ResultSection the_best(ExperimentRunner& runner, const Searched& search) {
  TrainSettings settings = settings_with(runner, search, search.best.front().values);
  const Runs entropies = runner.train_seeds("cross-entropy", settings);
  settings.loss = "squared-error";
  const Runs squares = runner.train_seeds("squared error", settings);
  ResultSection section{"The best on the test images", {}, {}, entropies};
  section.runs.insert(section.runs.end(), squares.begin(), squares.end());
  const Runs first{entropies.front(), squares.front()};
  section.plots = {{"losses-validation", "Accuracy on the validation split",
                    overlaid(first, {{"validation", Quantity::accuracy, false}})},
                   {"losses-train", "Accuracy on the training batches, as they were learned",
                    overlaid(first, {{"train", Quantity::accuracy, false}})}};
  section.sentences = {
      fmt::format("The best trial, chosen by validation, is {}.", values_text(search.best.front())),
      fmt::format(
          "Trained anew it has {} of the test images with cross-entropy, and {} with the squared error: "
          "{}.",
          final_accuracies(entropies, "test").text(), final_accuracies(squares, "test").text(),
          difference_text(final_accuracies(entropies, "test"), final_accuracies(squares, "test")))};
  return section;
}

/// The best of the search with each depth of it, trained on MNIST.
ResultSection the_recommended(ExperimentRunner& runner, const Searched& search) {
  ResultSection section{"Three networks for MNIST", {}, {}, {}};
  const sweep::Trial& best = search.best.front();
  section.sentences.push_back(fmt::format("All are the best of the search but for their depth: {}.",
                                          values_text(best, sweep::hidden_layers)));
  Runs first;
  for (const std::string& depth : search.plan.space.parameter(sweep::hidden_layers).list) {
    sweep::Values values = best.values;
    for (auto& [name, text] : values.each)
      if (name == sweep::hidden_layers) text = depth;
    const Runs runs = runner.train_seeds(depth + " hidden layers", settings_with(runner, search, values));
    section.runs.insert(section.runs.end(), runs.begin(), runs.end());
    first.push_back(runs.front());
    section.sentences.push_back(fmt::format("With {} it has {} of MNIST's test images.", runs.front()->label,
                                            final_accuracies(runs, "test").text()));
  }
  section.plots = {{"mnist-validation", "Accuracy on the validation split",
                    overlaid(first, {{"validation", Quantity::accuracy, false}})}};
  return section;
}

ExperimentResults run_search(ExperimentRunner& runner) {
  const Searched search = searched(runner);
  ExperimentResults results{
      "A search over hyper-parameters",
      fmt::format(
          "100 of the combinations of {}, at random, each trained once; then the best with more seeds and "
          "either loss, and on MNIST with each depth. ± is the standard deviation over seeds.",
          plans[0].name),
      {the_search(search)}};
  if (search.best.empty()) return results;
  results.sections.push_back(the_best(runner, search));
  data::Request request;
  request.name = runner.data().train.source == data::Source::generated ? "generated" : "mnist";
  request.data_dir = runner.options().settings.data_dir;
  const data::TrainTest mnist = data::load(request);
  results.sections.push_back(the_recommended(runner.on(mnist, "mnist"), search));
  return results;
}

}  // namespace

Experiment search() {
  Experiment experiment{"search",
                        "100 networks for Fashion-MNIST, the best on the test images, three for MNIST",
                        R"(
Examples:
  gradus experiment search                       100 trials, as many at once as there are cores
  gradus experiment search --epochs 1 --train-limit 2000
  gradus sweep --help                            searches of your own)",
                        run_search, false};
  experiment.begin = [](TrainSettings& settings) { settings.data = "fashion-mnist"; };
  return experiment;
}

}  // namespace gradus
