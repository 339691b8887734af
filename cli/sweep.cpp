#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/loaded_run.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/report/sweep_page.hpp>
#include <gradus/sweep/method.hpp>
#include <gradus/sweep/run.hpp>
#include <gradus/sweep/screen.hpp>
#include <gradus/train/report.hpp>
#include <gradus/train/setting.hpp>
#include <gradus/train/stop_signal.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <thread>

namespace gradus::cli {
namespace {

constexpr const char* sweep_examples = R"(
A parameter is NAME=VALUE,VALUE… or NAME=MIN..MAX [log], with 'when OTHER=VALUE,…' behind it where it depends
on another; one value is that of all trials. Values that have commas are parted by ';': "hidden=500,250;300",
where 64x3 is 64,64,64. A name is that of a flag of `gradus train`, or hidden_layers and hidden_size. FILE says
the same in YAML or JSON:

  model: mlp
  data: fashion-mnist
  settings: {epochs: 5, validation: 6000}
  space:
    hidden_layers: [2, 3, 4]
    hidden_size: [32, 64, 128]
    optimizer: [sgd, nesterov, adam]
    learning_rate: 1e-4..1e-2 log
    momentum: {values: [0.8, 0.9], when: {optimizer: [nesterov]}}
  trials: 100

bayes begins with ten trials at random. Trials are chosen and halved without knowing what the last three
before them come to, so that four may run at once: 'ahead: 4' of a file.

Each trial that has ended is kept at once; the same command goes on with a sweep that was stopped or killed,
and may run in several terminals, or machines on one folder, at the same time.

Examples:
  gradus sweep --set hidden=32x3,64x4,128x5 --set "lr=1e-4..1e-2 log" --data fashion-mnist
  gradus sweep fashion.yaml --trials 100 --out runs/fashion
  gradus sweep --set activation=relu,tanh --set epochs=2 --method grid
  gradus sweep --status runs/fashion)";

/// The exit code where no trial came to its end.
constexpr int nothing_found = 1;

/// The trials that a result shows.
constexpr std::size_t trials_shown = 10;

struct SweepFlags {
  const Parts* parts = nullptr;
  std::string file;
  std::string model = "mlp";
  TrainSettings request;  ///< its data and their folder
  std::vector<std::string> set;
  std::optional<std::string> method;
  std::optional<std::size_t> trials;
  std::optional<std::uint64_t> seed;
  std::optional<std::int64_t> halving;
  std::optional<std::size_t> keep_best;
  std::string out;
  std::string status;
  int at_once = default_threads();
  bool quiet = false;
};

sweep::Plan plan_of(const SweepFlags& flags) {
  sweep::Plan plan = flags.file.empty() ? sweep::plan_for(flags.model, *flags.parts)
                                        : sweep::read_plan(flags.file, *flags.parts);
  std::vector<sweep::Written> written;
  for (const std::string& text : flags.set)
    written.push_back(sweep::read_parameter(text, fmt::format("--set \"{}\"", text)));
  add(plan, written);
  if (flags.request.data) plan.settings.data = flags.request.data;
  plan.settings.data_dir = flags.request.data_dir;
  if (flags.method) plan.method = *flags.method;
  if (flags.trials) plan.trials = *flags.trials;
  if (flags.seed) plan.seed = *flags.seed;
  if (flags.halving)
    plan.halving = sweep::Halving{.eta = *flags.halving, .from = plan.halving ? plan.halving->from : 1};
  if (flags.keep_best) plan.keep_best = *flags.keep_best;
  check(plan);
  return plan;
}

/// runs/sweep, or runs/NAME of the file.
std::filesystem::path folder_of(const SweepFlags& flags) {
  if (!flags.out.empty()) return flags.out;
  return std::filesystem::path("runs") /
         (flags.file.empty() ? "sweep" : std::filesystem::path(flags.file).stem().string());
}

void say_trials(const sweep::Plan& plan, const std::vector<sweep::Trial>& trials, std::size_t all,
                const std::filesystem::path& folder) {
  print("{}: {} of {} trials have ended: {}\n", folder.string(), trials.size(), all,
        sweep::endings_text(trials));
  const auto best = sweep::best_of(trials, trials_shown);
  if (best.empty()) return;
  print("\nThe best on validation:\n{}", sweep::trials_table(plan, best));
}

void status(const SweepFlags& flags) {
  const auto folder = sweep::SweepFolder::open(flags.status);
  const sweep::Plan plan = folder.plan(*flags.parts);
  const auto trials = folder.trials(plan);
  const std::size_t all = sweep::make_method(plan)->trials();
  say_trials(plan, trials, all, folder.path());
  const auto running = folder.running();
  for (const std::string& name : running) print("running: {}\n", name);
  if (running.empty() && trials.size() < all)
    print("\nNobody trains it now. Go on with: gradus sweep {0}/sweep.json --out {0}\n",
          folder.path().string());
}

/// Judges the network of a trial and writes the reports of its run.
TrainOutcome finish(const RunFolder& run, const TrainSettings& settings, const data::TrainTest& data,
                    StopSignal& signal) {
  const data::Split split = data::split(data.train, {settings.validation, settings.train_limit});
  Trainer trainer(settings, data, split, run, true);
  Progress quiet(
      {.epochs = settings.epochs, .iterations_per_epoch = trainer.iterations_per_epoch(), .quiet = true},
      {.file = nullptr});
  TrainOutcome outcome = trainer.run(quiet, [&] { return signal.requested(); });
  if (!outcome.finished) return outcome;
  write_reports(run, settings, data, trainer.network(), outcome);
  say_missing(write_run_page(read_record(run.path(), *settings.parts),
                             {trainer.network(), trainer.state(), data, trainer.scale()}, run.page()),
              run);
  return outcome;
}

/// Another process of the sweep may be writing the same reports. Nothing when it was stopped.
std::optional<RunFolder> wait_for(const std::filesystem::path& path, const StopSignal& signal) {
  while (!signal.requested()) {
    try {
      return RunFolder::resume(path);
    } catch (const RunInUse&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  return std::nullopt;
}

void say_best(const sweep::Plan& plan, const sweep::Standing& standing, const sweep::SweepFolder& folder,
              const data::TrainTest& data, StopSignal& signal) {
  const auto best = sweep::best_of(standing.done, 1);
  if (best.empty()) {
    print("No trial came to its end, so that none is the best. The first: {}\n",
          standing.done.front().message);
    throw Exit{nothing_found};
  }
  const sweep::Trial& trial = best.front();
  if (!file_exists(folder.trial(trial.name) / "config.json")) {
    print("\nThe folder of the best, {}, is gone: train it again to judge it on the test images.\n",
          trial.name);
    return;
  }
  TrainSettings settings = settings_of(plan, trial.values);
  settings.threads = 1;
  const std::optional<RunFolder> run = wait_for(folder.trial(trial.name), signal);
  if (!run) throw Exit{interrupted};
  const TrainOutcome outcome = finish(*run, settings, data, signal);
  if (!outcome.finished) throw Exit{interrupted};
  print(
      "\nThe best, {}: {:.2f} % on validation, by which it was chosen among {}, and {:.2f} % on the {} test "
      "images, which no trial was judged by.\nIts report: {}\n",
      trial.name, 100 * trial.result()->accuracy, standing.done.size(), 100 * outcome.test.accuracy(),
      outcome.test.examples(), run->page().string());
}

void run(SweepFlags& flags) {
  if (!flags.status.empty()) return status(flags);
  sweep::Plan plan = plan_of(flags);
  const data::TrainTest data = load_data(plan.settings, flags.quiet);
  plan.settings = with_data(plan.settings, data.train);
  const auto folder = sweep::SweepFolder::take(folder_of(flags), plan);

  StopSignal signal;
  sweep::SweepScreen screen(Progress::Screen::of(stderr));
  sweep::RunOptions options;
  options.at_once = flags.at_once;
  options.stop = [&] { return signal.requested(); };
  if (!flags.quiet) options.told = [&](const sweep::Standing& now) { screen.show(now); };
  const sweep::Standing standing = sweep::run(plan, folder, data, options);
  if (standing.done.size() < standing.trials) {
    say("stopped; {} of {} trials have ended and are kept in {}: repeat the command to go on\n",
        standing.done.size(), standing.trials, folder.path().string());
    throw Exit{interrupted};
  }
  say_trials(plan, standing.done, standing.trials, folder.path());
  say_best(plan, standing, folder, data, signal);
  const ToldSweep told = told_sweep(folder, *flags.parts);
  write_sweep_page(told, folder.page());
  if (!told.command.empty()) print("The same again: {}\n", told.command);
  print("All trials, to look at and filter: {}\n", folder.page().string());
}

}  // namespace

void add_sweep(CLI::App& program, const Parts& parts) {
  CLI::App* command =
      program.add_subcommand("sweep", "Train many networks with settings that vary, and say which do best");
  command->footer(sweep_examples);
  const auto flags = std::make_shared<SweepFlags>();
  flags->parts = &parts;
  flags->request.parts = &parts;
  CLI::Option* file =
      command->add_option("file", flags->file, "The plan, in YAML or JSON")->type_name("FILE");
  command->add_option("--set", flags->set, "A parameter that varies; any number of them")
      ->type_name("PARAMETER")
      ->allow_extra_args(false);
  command->add_option("--model", flags->model, fmt::format("{}", fmt::join(parts.model_names(), "|")))
      ->type_name("NAME")
      ->capture_default_str()
      ->excludes(file);
  add_setting_flags(*command, flags->request, {SettingGroup::data});
  command
      ->add_option(
          "--method", flags->method,
          fmt::format("{}: how the trials are chosen [random]", fmt::join(sweep::method_names(), "|")))
      ->type_name("NAME");
  command->add_option("--trials", flags->trials, "How many at most [40]")
      ->type_name("N")
      ->check(whole_number);
  command->add_option("--seed", flags->seed, "Of the choice; that of each training is --set seed=N [0]")
      ->type_name("N")
      ->check(whole_number);
  command
      ->add_option("--halving", flags->halving,
                   "After 1, N, N² … epochs only the best one in N, N², N³ … of the trials so far go on")
      ->type_name("N");
  command
      ->add_option("--keep-best", flags->keep_best, "So many of the best trials keep their checkpoints [3]")
      ->type_name("N")
      ->check(whole_number);
  command->add_option("--at-once", flags->at_once, "Trials at the same time, of one thread each")
      ->type_name("N")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--out", flags->out, "Folder of the sweep [runs/sweep, or runs/ and the name of FILE]")
      ->type_name("DIR");
  command
      ->add_option("--status", flags->status, "Say how the sweep in this folder stands, and do nothing else")
      ->type_name("DIR");
  command->add_flag("--quiet", flags->quiet, "Print the result alone");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
