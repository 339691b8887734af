#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/text_stream.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/inspected_model.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/dump/page/page.hpp>
#include <gradus/study/lesson.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cmath>

namespace gradus::cli {
namespace {

constexpr const char* explain_examples = R"(
Examples:
  gradus explain neuron -o neuron.html              the chain rule on one neuron, every number visible
  gradus explain 2-3-2 -o small.html                a network whose numbers can be checked by hand
  gradus explain mlp --steps 20 -o page.html        the first 20 steps of training
  gradus explain mlp --hidden 64 --optimizer sgd -o page.html
  gradus explain mlp --run runs/NAME -o page.html   the next step of a trained network)";

struct ExplainFlags {
  InspectedModelFlags inspected;
  std::int64_t steps = 1;
  double learning_rate = 0.5;
  std::string out;
};

constexpr std::int64_t max_steps = 1000;

void check_steps(const ExplainFlags& flags) {
  if (flags.steps < 1 || flags.steps > max_steps)
    throw ValueError(fmt::format("--steps must be from 1 to {}, the training steps recorded; not {}",
                                 max_steps, flags.steps));
}

/// Writes the page of the training steps that `record` makes, one after the other. The first one's gradients
/// are checked.
template <class Record>
void explain(const Graph& graph, const PageOptions& options, const ExplainFlags& flags,
             const NumericCheckOptions& checks, const Record& record) {
  Page page(graph, options);
  for (std::int64_t step = 0; step < flags.steps; ++step) {
    const Recording recording = record(step);
    page.add(recording);
    if (step == 0) page.add(numeric_checks(graph, recording, {}, checks));
  }
  const std::string text = written_by([&](std::ostream& out) { page.write(out); });
  write_output(flags.out, text);
  say("Wrote {} ({:.0f} kB): open it in a browser\n", flags.out, static_cast<double>(text.size()) / 1000);
}

/// The layers of a network by their sizes: "784-500-250-100-10", or "784 – conv 6 – conv 16 – 120 – 84 – 10".
std::string sizes_of(const InspectedModel& inspected) {
  std::vector<std::string> layers{fmt::to_string(inspected.network.model.image.shape().back().at(1))};
  bool convolves = false;
  for (const LayerRow& layer : inspected.network.model.layers) {
    if (layer.multiply_adds == 0) continue;
    const bool is_image = layer.output.rank() == 4;
    layers.push_back(fmt::format("{}{}", is_image ? "conv " : "", layer.output[1].at(1)));
    convolves = convolves || is_image;
  }
  return fmt::format("{}", fmt::join(layers, convolves ? " – " : "-"));
}

/// Rows that are square pictures.
std::vector<PageImage> images_of(Expr image) {
  const Index pixels = image.shape().count(1);
  const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(pixels))));
  if (side * side != pixels) return {};
  return {{image, side, side}};
}

/// The multiply-adds of a forward pass that a check can do again a few thousand times within seconds.
constexpr Index max_multiply_adds = 40'000'000;

/// The batch, or for a network of many multiply-adds a part of it that keeps the checks quick: halved as
/// often as need be, down to 8 examples.
std::size_t examples_in_time(const InspectedModel& inspected) {
  Index examples = inspected.settings.batch;
  while (examples > 8 && examples * inspected.network.multiply_adds() > max_multiply_adds) examples /= 2;
  return static_cast<std::size_t>(examples);
}

void explain_model(const ExplainFlags& flags, const CLI::App& command) {
  check_steps(flags);
  const bool in_time = command.count("--examples") == 0;
  InspectedModelFlags asked = flags.inspected;
  if (in_time) asked.examples = 1;
  InspectedModel inspected = open_inspected_model(asked, command, GraphStage::training, true);
  if (in_time) inspected.take_first(examples_in_time(inspected));
  const Graph& graph = *inspected.network.graph;
  const std::string layers = layers_of(inspected.settings, inspected.network.model.classes());
  PageOptions options;
  options.title = fmt::format("One training step of {} {}", inspected.settings.model, sizes_of(inspected));
  options.introduction = fmt::format("The network {} looks at {} images at once; {} improves it{}.",
                                     layers.empty() ? inspected.settings.model : layers,
                                     inspected.images.extents()[0], inspected.settings.optimizer,
                                     asked.run ? ", going on from where its training had come to" : "");
  options.outputs = {inspected.loss, inspected.step};
  options.images = images_of(inspected.network.model.image);

  // Of the largest networks the largest element of each gradient must do.
  const Index batch = inspected.images.extents()[0];
  NumericCheckOptions checks;
  if (batch * inspected.network.multiply_adds() > max_multiply_adds) checks.elements = 1;
  const Recorder<double> recorder(graph, {inspected.network.model.image, inspected.network.model.label},
                                  batch, inspected.step);
  explain(graph, options, flags, checks, [&](std::int64_t step) {
    inspected.take_batch(static_cast<std::size_t>(step));
    return recorder.run(inspected.state, inspected.feeds());
  });
}

void explain_lesson(const KnownLesson& known, const ExplainFlags& flags) {
  check_steps(flags);
  Lesson lesson = known.make(flags.learning_rate);
  PageOptions options;
  options.title = lesson.title;
  options.introduction = lesson.introduction;
  options.outputs = {lesson.loss, lesson.step};
  const Recorder<double> recorder(*lesson.graph, lesson.inputs, 1, lesson.step);
  explain(*lesson.graph, options, flags, {},
          [&](std::int64_t) { return recorder.run(lesson.state, lesson.feeds()); });
}

void add_common(CLI::App& command, ExplainFlags& flags) {
  command.footer(explain_examples);
  command.add_option("-o,--out", flags.out, "Write the page to this file")->type_name("FILE")->required();
  command.add_option("--steps", flags.steps, "Training steps to record")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str();
}

void add_explained_model(CLI::App& explain, const std::string& name, const std::string& help,
                         const Parts& parts) {
  CLI::App* model = explain.add_subcommand(name, help);
  const auto flags = std::make_shared<ExplainFlags>();
  flags->inspected.settings = default_settings(name, parts);
  add_common(*model, *flags);
  add_inspected_model_flags(*model, flags->inspected);
  model->get_option("--examples")
      ->description(
          "Examples of the batch that is looked at [the batch, or as much of it as is checked in time]")
      ->default_str("");
  model->callback([flags, model] { explain_model(*flags, *model); });
}

void add_lesson(CLI::App& explain, const KnownLesson& known) {
  CLI::App* lesson = explain.add_subcommand(known.name, known.summary);
  const auto flags = std::make_shared<ExplainFlags>();
  flags->steps = 20;
  add_common(*lesson, *flags);
  lesson->add_option("--lr", flags->learning_rate, "The learning rate of gradient descent")
      ->type_name("X")
      ->capture_default_str();
  lesson->callback([flags, &known] { explain_lesson(known, *flags); });
}

}  // namespace

void add_explain(CLI::App& program, const Parts& parts) {
  CLI::App* explain = program.add_subcommand(
      "explain", "Write a page that explains a whole training step: every value, gradient and update");
  explain->footer(explain_examples);
  explain->require_subcommand(1);
  for (const KnownLesson& lesson : lessons()) add_lesson(*explain, lesson);
  for (const NamedModel& model : parts.models)
    add_explained_model(*explain, model.name, model.summary, parts);
}

}  // namespace gradus::cli
