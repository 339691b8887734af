#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/loaded_run.hpp>
#include <gradus/data/split.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace gradus::cli {
namespace {

constexpr const char* evaluate_examples = R"(
Examples:
  gradus evaluate runs/my-run
  gradus evaluate runs/my-run --split validation
  gradus evaluate runs/my-run --json | jq .accuracy)";

struct EvaluateFlags {
  std::string run;
  TrainSettings request;  ///< its data and parts
  std::string split = "test";
  bool json = false;
};

data::Subset chosen(const LoadedRun& run, const std::string& name) {
  if (name == "test") return run.data.test;
  const data::Split split = data::split(run.data.train, {run.settings.validation, run.settings.train_limit});
  if (name == "train") return split.train;
  if (name == "validation") return split.validation;
  throw NameError(unknown_name("split", name, {"train", "validation", "test"}));
}

void run(const EvaluateFlags& flags) {
  LoadedRun run = load_run(flags.run, flags.request);
  const std::vector<std::string>& classes = run.data.test.classes;
  const Evaluator evaluator(run.network, run.scale, classes.size(), run.settings.threads);
  const data::Subset examples = chosen(run, flags.split);
  if (examples.size() == 0)
    throw ValueError(fmt::format("the {} split of {} has no examples", flags.split, flags.run));
  const Evaluation result = evaluator.evaluate(run.state, examples);
  const ClassificationReport report = classification_report(result.confusion, classes);
  if (flags.json) {
    const nlohmann::json json{
        {"data", run.data.test.name},    {"source", data::name_of(run.data.test.source)},
        {"split", flags.split},          {"weights_of", run.weights_of},
        {"examples", result.examples()}, {"loss", result.loss},
        {"accuracy", result.accuracy()}, {"confusion_matrix", result.confusion},
        {"classes", report.classes}};
    print_raw(json_text(json, 2) + "\n");
    return;
  }
  print(
      "{}\nthe weights of iteration {}{}\n{} split: loss {:.4f}, accuracy {:.2f} % of {} examples\n\n{}\n{}",
      data::announcement(flags.split == "test" ? run.data.test : run.data.train), run.weights_of,
      run.folder.kept_checkpoint(run.settings) == run.folder.best_checkpoint() ? ", the best on validation"
                                                                               : ", the last",
      flags.split, result.loss, 100 * result.accuracy(), result.examples(),
      to_text(result.confusion, classes), to_text(report));
}

}  // namespace

void add_evaluate(CLI::App& program, const Parts& parts) {
  CLI::App* command =
      program.add_subcommand("evaluate", "Judge a trained network: loss, accuracy, confusion matrix");
  command->footer(evaluate_examples);
  const auto flags = std::make_shared<EvaluateFlags>();
  flags->request.parts = &parts;
  command->add_option("run", flags->run, "Folder of the run")->required()->type_name("RUN");
  add_setting_flags(*command, flags->request, {SettingGroup::data});
  command->add_option("--split", flags->split, "train|validation|test")
      ->type_name("NAME")
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
