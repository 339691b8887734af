#include <gradus/base/console.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/report/experiment.hpp>
#include <gradus/train/stop_signal.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace gradus::cli {
namespace {

struct ExperimentFlags {
  ExperimentOptions options;
  TrainSettings request;  ///< its data
  std::optional<std::string> out;
};

void run(const Experiment& experiment, ExperimentFlags& flags) {
  const data::TrainTest data = load_data(flags.request, flags.options.quiet);
  flags.options.out = flags.out.value_or("runs/" + experiment.name);
  StopSignal signal;
  const std::string stopped = fmt::format(
      "stopped; what was trained is kept in {}: repeat the command to go on\n", flags.options.out.string());
  Laboratory laboratory(flags.options, data, [&] { return signal.requested(); });
  try {
    const Findings findings = experiment.conduct(laboratory);
    signal.leave_at_once(stopped);
    const std::string missing = write_findings_page(findings, flags.options.out);
    signal.release();
    if (!missing.empty()) say("{}; then repeat this command\n", missing);
    print("{}\n{}\n", findings_text(findings), (flags.options.out / "report.html").string());
  } catch (const ExperimentStopped&) {
    say_text(stopped);
    throw Exit{interrupted};
  }
}

void add(CLI::App& parent, const Experiment& experiment) {
  CLI::App* command = parent.add_subcommand(experiment.name, experiment.summary);
  command->footer(experiment.footer);
  const auto flags = std::make_shared<ExperimentFlags>();
  ExperimentOptions& options = flags->options;
  options.threads = default_threads();
  add_setting_flags(*command, flags->request, {SettingGroup::data});
  command
      ->add_option("--epochs", options.epochs,
                   "Passes over the training set, instead of the experiment's own")
      ->type_name("N");
  command->add_option("--train-limit", options.train_limit, "Train on the first N examples only")
      ->check(whole_number)
      ->type_name("N");
  command->add_option("--seed", options.seed, "Of initial weights and shuffling")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--threads", options.threads,
                   "Threads that work on a step; the results do not depend on them")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--out", flags->out,
                   fmt::format("Folder of the runs and of report.html [runs/{}]", experiment.name))
      ->type_name("DIR");
  command->add_flag("--quiet", options.quiet, "Print what was found alone");
  command->callback([&experiment, flags] { run(experiment, *flags); });
}

}  // namespace

void add_experiment(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("experiment", "Train several networks, compare them, say what was found");
  command->require_subcommand(1);
  for (const Experiment& experiment : experiments()) add(*command, experiment);
}

}  // namespace gradus::cli
