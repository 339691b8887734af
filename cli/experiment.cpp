#include <gradus/base/console.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/train/stop_signal.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace gradus::cli {
namespace {

constexpr const char* experiment_examples = R"(
Each has the networks that it compares, and its own --help.

Examples:
  gradus experiment learning-rates
  gradus experiment two-losses --data fashion-mnist --epochs 3
  gradus experiment overfit --help)";

void run(const Experiment& experiment, ExperimentOptions options) {
  const data::TrainTest data = load_data(options.settings, options.quiet);
  StopSignal signal;
  const std::string stopped = fmt::format(
      "stopped; what was trained is kept in {}: repeat the command to go on\n", options.out.string());
  ExperimentRunner runner(options, data, [&] { return signal.requested(); });
  try {
    const ExperimentResults results = experiment.run(runner);
    signal.leave_at_once(stopped);
    const std::string missing = write_results_page(results, options.out);
    signal.release();
    if (!missing.empty()) say("{}; then repeat this command\n", missing);
    print("{}\n{}\n", results_text(results), (options.out / "report.html").string());
  } catch (const ExperimentStopped&) {
    say_text(stopped);
    throw Exit{interrupted};
  }
}

/// A command that runs an experiment with a model, and the flags of that.
void add_flags(CLI::App& command, const Experiment& experiment, const std::string& model) {
  command.footer(experiment.footer);
  const auto options = std::make_shared<ExperimentOptions>();
  options->settings = default_settings(model);
  if (experiment.begin != nullptr) experiment.begin(options->settings);
  options->settings.threads = default_threads();
  options->out = "runs/" + experiment.name + (model == "mlp" ? "" : "-" + model);
  if (experiment.any_model)
    add_setting_flags(command, options->settings, {SettingGroup::data, SettingGroup::network});
  else
    add_setting_flags(command, options->settings, {SettingGroup::data});
  for (const std::string& varied : experiment.varies)
    command.remove_option(command.get_option(setting_named(varied).flag()));
  command
      .add_option("--epochs", options->epochs,
                  "Passes over the training set, instead of the experiment's own")
      ->type_name("N");
  if (experiment.has_seeds)
    command.add_option("--seeds", options->seeds, "Runs of each network, which say how much a run wobbles")
        ->type_name("N")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
  for (const char* name : {"train_limit", "seed", "threads"})
    add_setting_flag(command, options->settings, setting_named(name))->group("Options");
  command.add_option("--out", options->out, "Folder of the runs and of report.html")
      ->type_name("DIR")
      ->capture_default_str();
  command.add_flag("--quiet", options->quiet, "Print what was found alone");
  command.callback([&experiment, &command, options] {
    if (command.get_subcommands().empty()) run(experiment, *options);
  });
}

void add(CLI::App& parent, const Experiment& experiment) {
  CLI::App* command = parent.add_subcommand(experiment.name, experiment.summary);
  if (!experiment.also.empty()) command->alias(experiment.also);
  add_flags(*command, experiment, "mlp");
  if (!experiment.any_model) return;
  for (const NamedModel& model : library_parts().models)
    if (model.name != "mlp")
      add_flags(*command->add_subcommand(model.name, "The same with: " + model.summary), experiment,
                model.name);
}

}  // namespace

void add_experiment(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("experiment", "Train several networks, compare them, say what was found");
  command->footer(experiment_examples);
  command->require_subcommand(1);
  for (const Experiment& experiment : experiments()) add(*command, experiment);
}

}  // namespace gradus::cli
