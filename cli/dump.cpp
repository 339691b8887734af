#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/cli/subject.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/rewrite.hpp>

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
  SubjectFlags subject;
  std::string format = "text";
  std::string stage = "training";
  std::optional<std::string> out;
};

/// What is to be written, whatever the format.
struct Dumped {
  const Graph* graph;
  const Program<float>* program;  ///< at the stage `compiled`
  bool colour;
};

struct Format {
  std::string name;
  void (*write)(std::ostream& out, const Dumped& dumped);
};

void write_as_text(std::ostream& out, const Dumped& dumped) {
  const TextOptions options{.colour = dumped.colour};
  write_text(out, *dumped.graph, options);
  if (dumped.program == nullptr) return;
  out << '\n';
  write_text(out, *dumped.program, options);
}

const std::vector<Format>& formats() {
  static const std::vector<Format> all{{"text", write_as_text}};
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

Stage stage_of(const std::string& name) {
  if (name == "declared") return Stage::declared;
  if (name == "differentiated") return Stage::differentiated;
  if (name == "training" || name == "compiled") return Stage::training;
  throw NameError(unknown_name("stage", name, {"declared", "differentiated", "training", "compiled"}));
}

void run(const DumpFlags& flags, const CLI::App& command) {
  const Stage stage = stage_of(flags.stage);
  const Format& format = format_of(flags.format);
  const Subject subject = open_subject(flags.subject, command, stage, false);
  Dumped dumped{subject.network.graph.get(), nullptr, !flags.out && ::isatty(STDOUT_FILENO) == 1};
  std::optional<Program<float>> program;
  if (flags.stage == "compiled") {
    CompileOptions options;
    options.capacity = subject.settings.batch;
    program = compile(*subject.network.graph, {subject.network.model.loss, subject.step}, options);
    dumped.program = &*program;
    dumped.graph = program->lowering().graph.get();
  }
  std::ostringstream text;
  format.write(text, dumped);
  write_output(flags.out, text.str());
}

void add_model(CLI::App& dump, const char* name, const char* help) {
  CLI::App* model = dump.add_subcommand(name, help);
  model->footer(examples);
  const auto flags = std::make_shared<DumpFlags>();
  flags->subject.settings.model = name;
  std::string names;
  for (const Format& format : formats()) names += (names.empty() ? "" : "|") + format.name;
  model->add_option("--format", flags->format, names)->type_name("NAME")->capture_default_str();
  model->add_option("--stage", flags->stage, "declared|differentiated|training|compiled")
      ->type_name("NAME")
      ->capture_default_str();
  model->add_option("-o,--out", flags->out, "Write to this file")->type_name("FILE");
  add_subject_flags(*model, flags->subject);
  model->callback([flags, model] { run(*flags, *model); });
}

}  // namespace

void add_dump(CLI::App& program) {
  CLI::App* dump =
      program.add_subcommand("dump", "Print the graph of a model: forward, backward, update, compiled");
  dump->footer(examples);
  dump->require_subcommand(1);
  add_model(*dump, "mlp", "Of the multi-layer perceptron");
}

}  // namespace gradus::cli
