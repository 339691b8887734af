#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/text_stream.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/inspected_model.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/dump/derivation.hpp>
#include <gradus/dump/dot.hpp>
#include <gradus/dump/json.hpp>
#include <gradus/dump/pass_changes.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/compile/rewrite.hpp>

#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace gradus::cli {
namespace {

constexpr const char* dump_examples = R"(
Examples:
  gradus dump mlp --stage declared                   the network as it was written
  gradus dump mlp --hidden 3 --stage differentiated  and its gradients
  gradus dump mlp --optimizer momentum               a whole training step
  gradus dump mlp --stage compiled --batch 32        what runs, in order, and where values are kept
  gradus dump mlp --pass all                         what each pass of the compiler changed
  gradus dump mlp --stage differentiated --check     gradients beside central differences
  gradus dump mlp --run runs/my-run --values         a trained network on four of its examples
  gradus dump mlp --hidden 3 --format dot | dot -Tsvg > step.svg
  gradus dump mlp --hidden 3 --format latex --standalone -o lesson.tex  the lines of a textbook)";

struct DumpFlags {
  InspectedModelFlags inspected;
  std::string format = "text";
  std::string stage = "training";
  std::optional<std::string> out;
  std::optional<std::string> pass;
  bool values = false;
  bool check = false;
  bool standalone = false;
  bool all_nodes = false;
  std::optional<std::size_t> width;
};

/// What is to be written, whatever the format.
struct Dumped {
  const Graph* graph;
  const Program<float>* program;  ///< at the stage `compiled`
  Annotations numbers;
  bool colour;
  const DumpFlags* flags;
};

struct Format {
  std::string name;
  void (*write)(std::ostream& out, const Dumped& dumped);
};

bool on_terminal(const DumpFlags& flags) { return !flags.out && ::isatty(STDOUT_FILENO) == 1; }

/// Of a line of text: the terminal's, unless --width says otherwise.
std::size_t width_of(const DumpFlags& flags) {
  constexpr std::size_t customary = 120;
  constexpr std::size_t least = 60;
  if (flags.width) return *flags.width == 0 ? 0 : std::max(least, *flags.width);
  return on_terminal(flags) ? std::max(least, terminal_width(stdout)) : customary;
}

void write_as_text(std::ostream& out, const Dumped& dumped) {
  const std::size_t width = width_of(*dumped.flags);
  write_text(out, *dumped.graph, {.colour = dumped.colour, .numbers = dumped.numbers, .width = width});
  if (dumped.program == nullptr) return;
  out << '\n';
  write_text(out, *dumped.program, {.colour = dumped.colour, .width = width});
}

void write_as_json(std::ostream& out, const Dumped& dumped) {
  const JsonOptions options{.numbers = dumped.numbers};
  if (dumped.program != nullptr)
    write_json(out, *dumped.program, options);
  else
    write_json(out, *dumped.graph, options);
}

void write_as_dot(std::ostream& out, const Dumped& dumped) {
  write_dot(out, *dumped.graph,
            {.numbers = dumped.numbers,
             .updates_whole = dumped.flags->all_nodes,
             .rule = dumped.flags->inspected.settings.optimizer});
}

/// As a textbook has it, in LaTeX or Markdown.
template <void (*write)(std::ostream&, const Graph&, const DerivationOptions&)>
void write_derivation(std::ostream& out, const Dumped& dumped) {
  write(out, *dumped.graph, {.standalone = dumped.flags->standalone, .numbers = dumped.numbers});
}

const std::vector<Format>& formats() {
  static const std::vector<Format> all{{"text", write_as_text},
                                       {"json", write_as_json},
                                       {"dot", write_as_dot},
                                       {"latex", write_derivation<write_latex>},
                                       {"markdown", write_derivation<write_markdown>}};
  return all;
}

const Format& format_of(const std::string& name) {
  std::vector<std::string> known;
  for (const Format& format : formats()) {
    if (format.name == name) return format;
    known.push_back(format.name);
  }
  throw NameError(unknown_name("format", name, known));
}

GraphStage stage_of(const std::string& name) {
  if (name == "declared") return GraphStage::declared;
  if (name == "differentiated") return GraphStage::differentiated;
  if (name == "training" || name == "compiled") return GraphStage::training;
  throw NameError(unknown_name("stage", name, {"declared", "differentiated", "training", "compiled"}));
}

/// The numbers of one run of a graph, and what differences say of its gradients.
struct Numbers {
  std::optional<Recording> values;
  std::optional<std::vector<NumericCheck>> checks;

  Annotations annotations() const { return {values ? &*values : nullptr, checks ? &*checks : nullptr}; }
};

/// Runs the model's own graph, or one that the passes made of it: inputs and variables keep their names.
Numbers numbers_of(const DumpFlags& flags, InspectedModel& inspected, const Graph& graph) {
  Numbers numbers;
  if (!flags.values && !flags.check) return numbers;
  State<double> state = state_in_double(graph, inspected.state);
  std::vector<Feed<double>> feeds;
  for (Feed<double>& feed : inspected.feeds()) {
    if (!graph.contains(feed.input.name())) continue;
    feed.input = graph.find(feed.input.name());
    feeds.push_back(feed);
  }
  const Expr step = inspected.step ? graph.find(inspected.step.name()) : Expr();
  Recording recording;
  try {
    recording = record(graph, state, std::span<const Feed<double>>(feeds), step);
  } catch (const NumericError& error) {
    throw NumericError(fmt::format("{}. --stage differentiated shows the values", error.what()));
  }
  if (flags.check) numbers.checks = numeric_checks(graph, recording);
  numbers.values = std::move(recording);
  return numbers;
}

/// What the pass that --pass names changed, or each of them.
std::string changes_of(const DumpFlags& flags, const InspectedModel& inspected, bool colour) {
  std::vector<std::string> names{"all"};
  for (const Pass& pass : pipeline())
    if (std::ranges::find(names, pass.name) == names.end()) names.emplace_back(pass.name);
  require_known("pass", *flags.pass, names);
  CompileOptions options;
  options.capacity = inspected.settings.batch;
  const std::vector<TracedPass> passes =
      trace_passes(*inspected.network.graph, {inspected.network.model.loss, inspected.step}, options);
  const std::string text = written_by([&](std::ostream& out) {
    for (std::size_t i = 1; i < passes.size(); ++i)
      if (*flags.pass == "all" || *flags.pass == passes[i].name) {
        if (out.tellp() > 0) out << '\n';
        write_changes(out, passes[i - 1], passes[i], {.colour = colour, .width = width_of(flags)});
      }
  });
  return text.empty() ? fmt::format("{} changes nothing here\n", *flags.pass) : text;
}

void run_pass(const DumpFlags& flags, const CLI::App& command) {
  if (flags.format != "text" || flags.values || flags.check)
    throw ValueError(
        "--pass shows differences of graphs as text: it goes without --format, --values and --check");
  if (command.get_option("--stage")->count() > 0 && flags.stage != "compiled")
    throw ValueError(fmt::format(
        "--pass shows how a training step is compiled: it does not go with --stage {}", flags.stage));
  const InspectedModel inspected =
      open_inspected_model(flags.inspected, command, GraphStage::training, false);
  write_output(flags.out, changes_of(flags, inspected, on_terminal(flags)));
}

void run(const DumpFlags& flags, const CLI::App& command) {
  if (flags.pass) return run_pass(flags, command);
  const GraphStage stage = stage_of(flags.stage);
  const Format& format = format_of(flags.format);
  if (flags.check && (stage == GraphStage::declared || flags.stage == "compiled"))
    throw ValueError(fmt::format(
        "--check goes with the stages differentiated and training, where it is known which node is whose "
        "gradient; not with '{}'",
        flags.stage));
  if (flags.standalone && flags.format != "latex")
    throw ValueError(fmt::format(
        "--standalone makes a whole LaTeX document: it goes with --format latex, not {}", flags.format));
  if (flags.width && flags.format != "text")
    throw ValueError(
        fmt::format("--width breaks lines of text: it goes with --format text, not {}", flags.format));
  if (flags.all_nodes && flags.format != "dot")
    throw ValueError(
        fmt::format("--all-nodes draws every node of the updates: it goes with --format dot, not {}, which "
                    "shows them all",
                    flags.format));
  InspectedModel inspected =
      open_inspected_model(flags.inspected, command, stage, flags.values || flags.check);
  Dumped dumped{
      inspected.network.graph.get(), nullptr, {}, !flags.out && ::isatty(STDOUT_FILENO) == 1, &flags};
  std::optional<Program<float>> program;
  if (flags.stage == "compiled") {
    CompileOptions options;
    options.capacity = inspected.settings.batch;
    program = compile(*inspected.network.graph, {inspected.network.model.loss, inspected.step}, options);
    dumped.program = &*program;
    dumped.graph = program->lowered().graph.get();
  }
  const Numbers numbers = numbers_of(flags, inspected, *dumped.graph);
  dumped.numbers = numbers.annotations();
  write_output(flags.out, written_by([&](std::ostream& out) { format.write(out, dumped); }));
}

void add_dumped_model(CLI::App& dump, const std::string& name, const std::string& help, const Parts& parts) {
  CLI::App* model = dump.add_subcommand(name, help);
  model->footer(dump_examples);
  const auto flags = std::make_shared<DumpFlags>();
  flags->inspected.settings = default_settings(name, parts);
  std::string names;
  for (const Format& format : formats()) names += (names.empty() ? "" : "|") + format.name;
  model->add_option("--format", flags->format, names)->type_name("NAME")->capture_default_str();
  model->add_option("--stage", flags->stage, "declared|differentiated|training|compiled")
      ->type_name("NAME")
      ->capture_default_str();
  model->add_option("--pass", flags->pass, "What this pass of the compiler changed, or all of them: NAME|all")
      ->type_name("NAME");
  model->add_flag("--values", flags->values, "With the numbers of one run on examples of the training set");
  model->add_flag("--check", flags->check, "With each gradient beside its central difference, in double");
  model->add_flag("--standalone", flags->standalone,
                  "With --format latex: a document that pdflatex takes as it is");
  model->add_flag("--all-nodes", flags->all_nodes,
                  "With --format dot: every node of the updates, not one box for each parameter");
  model
      ->add_option("--width", flags->width,
                   "Of text: characters of a line, at least 60; 0 for any number. The terminal's, else 120")
      ->type_name("N");
  model->add_option("-o,--out", flags->out, "Write to this file")->type_name("FILE");
  add_inspected_model_flags(*model, flags->inspected);
  model->callback([flags, model] { run(*flags, *model); });
}

}  // namespace

void add_dump(CLI::App& program, const Parts& parts) {
  CLI::App* dump =
      program.add_subcommand("dump", "Print the graph of a model: forward, backward, update, compiled");
  dump->footer(dump_examples);
  dump->require_subcommand(1);
  for (const NamedModel& model : parts.models) add_dumped_model(*dump, model.name, model.summary, parts);
}

}  // namespace gradus::cli
