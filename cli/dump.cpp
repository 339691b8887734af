#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/gradients.hpp>
#include <gradus/graph/rewrite.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/train/network.hpp>

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <sstream>

namespace gradus::cli {
namespace {

constexpr const char* examples = R"(
Examples:
  gradus dump mlp --stage declared                  the network as it was written
  gradus dump mlp --hidden 3 --stage differentiated and its gradients
  gradus dump mlp --optimizer momentum              a whole training step
  gradus dump mlp --stage compiled --batch 32       what runs, in order, and where values are kept)";

struct DumpFlags {
  TrainSettings settings;
  std::string format = "text";
  std::string stage = "training";
  std::optional<std::string> out;
};

void write(std::ostream& out, const DumpFlags& flags, const TextOptions& options) {
  constexpr Index pixels = 784;
  constexpr Index classes = 10;
  constexpr std::size_t examples_in_mnist = 50000;
  Network network = declare(flags.settings, pixels, classes);
  if (flags.stage == "declared") return write_text(out, *network.graph, options);
  if (flags.stage == "differentiated") {
    const Expr loss = network.model.penalty ? network.model.loss + network.model.penalty : network.model.loss;
    gradients(loss, network.graph->parameters());
    return write_text(out, *network.graph, options);
  }
  const Expr step =
      add_training_step(network, flags.settings, updates_in_run(flags.settings, examples_in_mnist));
  if (flags.stage == "training") return write_text(out, *network.graph, options);
  CompileOptions compiled;
  compiled.capacity = flags.settings.batch;
  const auto program = compile(*network.graph, {network.model.loss, step}, compiled);
  write_text(out, *program.lowering().graph, options);
  out << '\n';
  write_text(out, program, options);
}

void run(const DumpFlags& flags) {
  check(flags.settings);
  static const std::vector<std::string> stages{"declared", "differentiated", "training", "compiled"};
  if (std::ranges::find(stages, flags.stage) == stages.end())
    throw NameError(unknown_name("stage", flags.stage, stages));
  if (flags.format != "text") throw NameError(unknown_name("format", flags.format, {"text"}));
  std::ostringstream text;
  write(text, flags, {.colour = !flags.out && ::isatty(STDOUT_FILENO) == 1});
  if (flags.out)
    write_file(*flags.out, text.str());
  else
    fmt::print("{}", text.str());
}

}  // namespace

void add_dump(CLI::App& program) {
  CLI::App* dump =
      program.add_subcommand("dump", "Print the graph of a model: forward, backward, update, compiled");
  dump->footer(examples);
  dump->require_subcommand(1);
  CLI::App* mlp = dump->add_subcommand("mlp", "Of the multi-layer perceptron; no data is needed");
  mlp->footer(examples);
  const auto flags = std::make_shared<DumpFlags>();
  add_model_flags(*mlp, flags->settings);
  add_optimizer_flags(*mlp, flags->settings);
  mlp->add_option("--batch", flags->settings.batch, "Examples the compiled step is planned for")
      ->type_name("N")
      ->capture_default_str();
  mlp->add_option("--format", flags->format, "text")->type_name("NAME")->capture_default_str();
  mlp->add_option("--stage", flags->stage, "declared|differentiated|training|compiled")
      ->type_name("NAME")
      ->capture_default_str();
  mlp->add_option("-o,--out", flags->out, "Write to this file")->type_name("FILE");
  mlp->callback([flags] { run(*flags); });
}

}  // namespace gradus::cli
