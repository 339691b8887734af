#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/text_stream.hpp>
#include <gradus/cli/commands.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/cli/inspected_model.hpp>
#include <gradus/cli/output.hpp>
#include <gradus/dump/page/page.hpp>
#include <gradus/study/lesson.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <array>
#include <cmath>

namespace gradus::cli {
namespace {

constexpr const char* explain_examples = R"(
Examples:
  gradus explain neuron -o neuron.html              the chain rule on one neuron, every number visible
  gradus explain 2-3-2 -o small.html                a network whose numbers can be checked by hand
  gradus explain points --shape spirals -o page.html
                                                    a network learns classes of points while one looks on
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

void explain_lesson(Lesson lesson, const ExplainFlags& flags) {
  PageOptions options;
  options.title = lesson.title;
  options.introduction = lesson.introduction;
  options.outputs = {lesson.loss, lesson.step};
  const Recorder<double> recorder(*lesson.graph, lesson.inputs, lesson.examples, lesson.step);
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

void add_learning_rate(CLI::App& command, ExplainFlags& flags, const std::string& help) {
  command.add_option("--lr", flags.learning_rate, help)->type_name("X")->capture_default_str();
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
  add_learning_rate(*lesson, *flags, "The learning rate of gradient descent");
  lesson->callback([flags, &known] {
    check_steps(*flags);
    explain_lesson(known.make(flags->learning_rate), *flags);
  });
}

/// As many as a page takes a step with many times a second.
constexpr std::size_t max_points = 1000;

/// The settings of a training that the lesson of points has too.
constexpr std::array points_settings{"hidden", "activation", "optimizer"};

struct PointsFlags : ExplainFlags {
  PointsLessonOptions lesson;
};

void explain_points(PointsFlags& flags) {
  check_steps(flags);
  if (const std::size_t count = flags.lesson.points.count; count < 2 || count > max_points)
    throw ValueError(fmt::format("--points must be from 2 to {}, not {}", max_points, count));
  TrainSettings& settings = flags.inspected.settings;
  for (const char* name : points_settings) setting_named(name).settle(settings);
  flags.lesson.hidden = settings.hidden;
  flags.lesson.activation = settings.activation;
  flags.lesson.rule =
      registered_rules().find(settings.optimizer).make({{"learning_rate", flags.learning_rate}});
  explain_lesson(points_lesson(flags.lesson), flags);
}

void add_points(CLI::App& explain) {
  CLI::App* points = explain.add_subcommand("points", "A network that learns classes of points in the plane");
  const auto flags = std::make_shared<PointsFlags>();
  flags->steps = 10;
  flags->learning_rate = 0.03;
  flags->inspected.settings.hidden = flags->lesson.hidden;
  flags->inspected.settings.activation = flags->lesson.activation;
  add_common(*points, *flags);
  std::vector<std::string> shapes;
  for (const data::PointShape& shape : data::point_shapes())
    shapes.push_back(fmt::format("{}, {}", shape.name, shape.summary));
  data::PointsOptions& drawn = flags->lesson.points;
  points->add_option("--shape", drawn.shape, fmt::format("Where the points lie: {}", fmt::join(shapes, "; ")))
      ->type_name("NAME")
      ->capture_default_str();
  points->add_option("--points", drawn.count, fmt::format("How many points, from 2 to {}", max_points))
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str();
  points->add_option("--noise", drawn.noise, "How far they lie off, as a standard deviation")
      ->type_name("X")
      ->capture_default_str();
  points->add_option("--seed", drawn.seed, "Draws other points and other first weights")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str();
  for (const char* name : points_settings)
    add_setting_flag(*points, flags->inspected.settings, setting_named(name));
  add_learning_rate(*points, *flags, "The learning rate");
  points->callback([flags] { explain_points(*flags); });
}

}  // namespace

void add_explain(CLI::App& program, const Parts& parts) {
  CLI::App* explain = program.add_subcommand(
      "explain", "Write a page that explains a whole training step: every value, gradient and update");
  explain->footer(explain_examples);
  explain->require_subcommand(1);
  for (const KnownLesson& lesson : lessons()) add_lesson(*explain, lesson);
  add_points(*explain);
  for (const NamedModel& model : parts.models)
    add_explained_model(*explain, model.name, model.summary, parts);
}

}  // namespace gradus::cli
