#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/loaded_run.hpp>
#include <gradus/cli/profile.hpp>
#include <gradus/optim/schedule.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/train/event_file.hpp>
#include <gradus/train/image_spec.hpp>
#include <gradus/train/report.hpp>
#include <gradus/train/stop_signal.hpp>
#include <gradus/train/trainer.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <span>

namespace gradus::cli {
namespace {

constexpr const char* train_examples = R"(
Examples:
  gradus train mlp
      784-500-250-100-10 with ReLU on MNIST: Adam 0.001, batch 64, 5 epochs
  gradus train mlp --activation tanh --optimizer sgd --lr 0.01 --epochs 15 --out runs/tanh
  gradus train mlp --hidden 64 --activation sigmoid --init gaussian:0.1 --batch 256 \
      --optimizer sgd --lr 0.001 --reduction sum --epochs 15
  gradus train mlp --data fashion-mnist --hidden 128,128,128 --batch 32 --epochs 10 --l2 1e-5
  gradus train cnn --augment shift,rotate --model-size accurate
      six convolutions with batch normalisation, fewer than 100,000 parameters
  gradus train cnn --epochs 1 --profile
      prints where the time of a step goes, and keeps a trace for chrome://tracing
  gradus train mlp --resume runs/tanh --epochs 20
      goes on where the run stopped or was killed, to the same numbers as if it never had)";

struct TrainFlags {
  TrainSettings settings;
  std::optional<std::string> out;
  std::optional<std::string> resume;
  bool quiet = false;
  bool tensorboard = false;
  bool profile = false;
};

/// A resumed run is the run it was, but for what may change.
void take_over(TrainFlags& flags, const CLI::App& command, const RunFolder& folder) {
  std::vector<std::string> changeable;
  for (const Setting& setting : settings_table())
    if (setting.resumable) changeable.push_back(setting.flag());
  changeable.insert(changeable.end(), {"--quiet", "--tensorboard", "--profile"});
  for (const CLI::Option* option : command.get_options())
    if (option->count() > 0 && option->get_name() != "--resume" &&
        std::ranges::find(changeable, option->get_name()) == changeable.end())
      throw ValueError(fmt::format(
          "{} cannot be changed when a run is resumed; only {} and {} can", option->get_name(),
          fmt::join(std::span(changeable).first(changeable.size() - 1), ", "), changeable.back()));
  TrainSettings settings = folder.read_settings(*flags.settings.parts);
  if (settings.model != flags.settings.model)
    throw ValueError(
        fmt::format("the run is one of another model: go on with {}", resume_command(settings, folder)));
  if (command.get_option("--epochs")->count() > 0 &&
      spans_run(settings.schedule, settings.parts->schedules) && settings.epochs != flags.settings.epochs)
    throw ValueError(
        fmt::format("--epochs cannot be changed: the schedule '{}' spans the run's {} epochs; begin with "
                    "cosine:TOTAL to leave the end open",
                    settings.schedule, settings.epochs));
  for (const Setting& setting : settings_table())
    if (setting.resumable && command.get_option(setting.flag())->count() > 0)
      setting.copy(flags.settings, settings);
  flags.settings = settings;
}

void say_result(const TrainFlags& flags, const TrainOutcome& outcome, const data::TrainTest& data,
                const RunFolder& folder) {
  if (flags.quiet) {
    print("test accuracy {:.2f} % on {} ({}), run {}\n", 100 * outcome.test.accuracy(), data.test.name,
          data::name_of(data.test.source), folder.path().string());
    return;
  }
  print(
      "\n{}\nIn {}: config.json, metrics.csv, report.json, report.txt, report.html, plots, "
      "checkpoint.safetensors{}\n",
      result_text(flags.settings, data, outcome), folder.path().string(),
      flags.settings.keeps_best() ? ", checkpoint.best.safetensors" : "");
}

/// Refuses a run that has nothing left to do: all its epochs are done and reported.
void refuse_finished(const TrainSettings& settings, const Trainer& trainer, const RunFolder& folder) {
  const RunPosition& position = trainer.position();
  if (position.epoch < settings.epochs) return;
  if (position.epoch == settings.epochs && !(is_reported(folder, position) && file_exists(folder.page())))
    return;
  throw ValueError(
      fmt::format("the run {} has finished its {} epochs; give --epochs a larger number to go on",
                  folder.path().string(), position.epoch));
}

/// A signal does not wait for the drawing, which can be had later.
void write_page(Trainer& trainer, const data::TrainTest& data, const RunFolder& folder, StopSignal& signal,
                const Parts& parts) {
  signal.leave_at_once(
      fmt::format("stopped; the network and its results are saved. Write the page about them with: {}\n",
                  report_command(folder)));
  say_missing(write_run_page(read_record(folder.path(), parts),
                             {trainer.network(), trainer.state(), data, trainer.scale()}, folder.page()),
              folder);
  signal.release();
}

void run(TrainFlags& flags, const CLI::App& command) {
  std::optional<RunFolder> folder;
  if (flags.resume) {
    folder = RunFolder::resume(*flags.resume);
    take_over(flags, command, *folder);
  }
  check(flags.settings);
  const data::TrainTest data = load_data(flags.settings, flags.quiet);
  const data::Split split = data::split(data.train, {flags.settings.validation, flags.settings.train_limit});
  flags.settings = with_data(flags.settings, data.train);
  // A network that cannot be declared leaves no folder behind.
  Network network = declare(flags.settings, data.train);
  if (!folder)
    folder = flags.out ? RunFolder::create(*flags.out) : RunFolder::create_default(flags.settings.model);

  StopSignal signal;
  Trainer trainer(flags.settings, std::move(network), data, split, *folder, flags.resume.has_value());
  refuse_finished(flags.settings, trainer, *folder);
  for (const std::string& note : trainer.notes()) say("{}\n", note);
  std::optional<StepRecorder> recorder;
  if (flags.profile)
    recorder.emplace(trainer.iterations_per_epoch() * flags.settings.epochs - trainer.position().iteration,
                     flags.settings.threads);
  if (trainer.position().epoch == flags.settings.epochs && is_reported(*folder, trainer.position())) {
    trainer.take_kept_weights();
    write_page(trainer, data, *folder, signal, *flags.settings.parts);
    print("{}\n", folder->page().string());
    if (recorder) show_profile(*recorder, trainer.program(), *folder);
    return;
  }
  folder->write_config({{"settings", flags.settings}, {"images", image_spec(split.train, trainer.scale())}});
  if (!flags.quiet) {
    print("{}\n\n{}\n", data::announcement(data.train), layer_table(trainer.network()));
    std::fflush(stdout);
  }
  Progress progress(
      {flags.settings.epochs, trainer.iterations_per_epoch(), trainer.position().iteration, flags.quiet},
      Progress::Screen::of(stderr));
  std::optional<EventFile> events;
  TrainObserver observer;
  if (flags.tensorboard) {
    events.emplace(folder->path(), trainer.position().iteration);
    observer.row = [&](const MetricsRow& row) { events->append(row); };
  }
  if (recorder) observer.recorder = &*recorder;
  const TrainOutcome outcome = trainer.run(
      progress, [&] { return signal.requested(); }, observer);
  if (!outcome.finished) {
    if (recorder) show_profile(*recorder, trainer.program(), *folder);
    say("stopped after iteration {}; everything is saved. Go on with: {}\n", outcome.position.iteration,
        resume_command(flags.settings, *folder));
    throw Exit{interrupted};
  }
  write_reports(*folder, flags.settings, data, trainer.network(), outcome);
  write_page(trainer, data, *folder, signal, *flags.settings.parts);
  say_result(flags, outcome, data, *folder);
  if (recorder) show_profile(*recorder, trainer.program(), *folder);
}

void add_trained_model(CLI::App& train, const std::string& model, const std::string& help,
                       const Parts& parts) {
  CLI::App& command = *train.add_subcommand(model, help);
  command.footer(train_examples);
  const auto flags = std::make_shared<TrainFlags>();
  flags->settings = default_settings(model, parts);
  flags->settings.threads = default_threads();
  add_setting_flags(command, flags->settings,
                    {SettingGroup::data, SettingGroup::network, SettingGroup::optimizer,
                     SettingGroup::training, SettingGroup::run});
  command.add_option("--out", flags->out, fmt::format("Folder of the run [runs/{}-DATE-TIME]", model))
      ->type_name("DIR");
  command.add_option("--resume", flags->resume, "Go on with the run in this folder")->type_name("RUN");
  command.add_flag("--quiet", flags->quiet, "Print the result alone");
  command.add_flag("--tensorboard", flags->tensorboard,
                   "Also write an event file into the run's folder: tensorboard --logdir runs");
  command.add_flag(
      "--profile", flags->profile,
      fmt::format("Print where the time of a step goes, measured on up to {} steps after {} that "
                  "warm up, and write a trace of the last ones for chrome://tracing",
                  StepRecorder::most, StepRecorder::longest_warm_up));
  command.callback([flags, &command] { run(*flags, command); });
}

}  // namespace

void add_train(CLI::App& program, const Parts& parts) {
  CLI::App* train = program.add_subcommand("train", "Train a model and keep the run in a folder");
  train->footer(train_examples);
  train->require_subcommand(1);
  for (const NamedModel& model : parts.models) add_trained_model(*train, model.name, model.summary, parts);
}

}  // namespace gradus::cli
