#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/process.hpp>
#include <gradus/base/template.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/data/split.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/evaluate.hpp>
#include <gradus/train/network.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gradus {
namespace {

namespace fs = std::filesystem;

constexpr EmbeddedFile files[] = {
#include "pytorch_script.inc"
};

constexpr std::size_t compared_steps = 100;

/// Where PyTorch's builds without CUDA are; PyPI has those with it for Linux.
constexpr const char* cpu_builds = "https://download.pytorch.org/whl/cpu";

bool has_torch(const std::string& python) {
  try {
    run_process(python, {"-c", "import numpy, torch"}, "", "python3");
    return true;
  } catch (const FileError&) {
    return false;
  }
}

/// The user's Python in GRADUS_PYTHON when it has PyTorch, else one of our own, made when first asked for.
std::string python_with_torch(const ExperimentOptions& options) {
  if (const char* own = std::getenv("GRADUS_PYTHON"); own != nullptr && has_torch(own)) return own;
  const auto cache = data::cache_folder();
  const fs::path folder = (cache ? *cache : options.out) / "pytorch";
  const std::string python = (folder / "bin" / "python").string();
  if (has_torch(python)) return python;
  say("Downloading PyTorch's build for processors, about 200 MB, from {} into {}, once. GRADUS_PYTHON may "
      "name "
      "a Python that has PyTorch and NumPy.\n",
      cpu_builds, folder.string());
  run_process("python3", {"-m", "venv", "--clear", fs::absolute(folder).string()}, "", "python3-venv");
  try {
    run_process(python, {"-m", "pip", "install", "-q", "torch", "--index-url", cpu_builds}, "",
                "python3-venv");
    run_process(python, {"-m", "pip", "install", "-q", "numpy"}, "", "python3-venv");
  } catch (const FileError& error) {
    throw FileError(
        fmt::format("{}. Install PyTorch and NumPy yourself and name that Python in GRADUS_PYTHON. (PyPI's "
                    "torch for Linux works too, but brings libraries for graphics cards of 5 GB)",
                    error.what()));
  }
  return python;
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

void write_examples(const fs::path& folder, const std::string& name, const data::Subset& examples) {
  std::string images;
  std::string labels;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto image = examples.image(i);
    images.append(image.begin(), image.end());
    labels += static_cast<char>(examples.label(i));
  }
  write_file(folder / (name + "-images"), images);
  write_file(folder / (name + "-labels"), labels);
}

/// The network with its training step, as the trainer declares it.
struct Declared {
  Network network;
  Expr step;
  State<float> state;
};

Declared declared(const TrainSettings& settings, const data::TrainTest& data, const data::Split& split) {
  Network network = declare(settings, data.train);
  const Expr step = add_training_step(network, settings, updates_in_run(settings, split.train.size()));
  State<float> state = initialise(*network.graph, settings.seed);
  return {std::move(network), step, std::move(state)};
}

/// The layers of a row of the table, without the softmax that PyTorch's loss has in it.
std::vector<std::string> layers_in(const std::string& kind) {
  std::vector<std::string> layers;
  for (std::size_t at = 0; at < kind.size();) {
    const std::size_t end = std::min(kind.find(", ", at), kind.size());
    if (const std::string layer = kind.substr(at, end - at); layer != "softmax") layers.push_back(layer);
    at = end + 2;
  }
  return layers;
}

/// What has other random numbers there, or is not the same to begin with.
void refuse_incomparable(const Classifier& model) {
  for (const LayerRow& row : model.layers)
    for (const std::string& layer : layers_in(row.kind))
      for (const char* other : {"dropout", "batch-norm", "layer-norm", "global-average"})
        if (layer.starts_with(other))
          throw ValueError(
              fmt::format("the comparison with PyTorch has no layer '{}': leave it out of --layers", layer));
}

/// What pytorch.py reads.
void write_task(const fs::path& folder, const TrainSettings& settings, const data::TrainTest& data,
                const data::Split& split, const RunRecord& run) {
  const Declared ours = declared(settings, data, split);
  save_checkpoint(folder / "initial.safetensors", ours.state, {});
  write_examples(folder, "train", split.train);
  write_examples(folder, "validation", split.validation);
  write_examples(folder, "test", data.test);
  for (std::int64_t epoch = 0; epoch < settings.epochs; ++epoch) {
    auto order = data::permutation(split.train.size(), settings.seed, static_cast<std::uint64_t>(epoch));
    order.resize(examples_in_epoch(settings, order.size()));
    write_file(folder / fmt::format("order-{}", epoch), bytes_of(order));
  }
  std::vector<std::int64_t> measured_after;
  for (const MetricsRow& row : run.rows)
    if (row.split == "validation") measured_after.push_back(row.iteration);
  nlohmann::json layers = nlohmann::json::array();
  for (const LayerRow& row : ours.network.model.layers)
    if (!row.kind.empty()) layers.push_back({{"name", row.name}, {"layers", layers_in(row.kind)}});
  const auto adam = registered_rules().find("adam").defaults();
  const nlohmann::json manifest{{"pixels", data.train.image_size()},
                                {"image", {1, data.train.rows, data.train.cols}},
                                {"scale", data::PixelScale{}.scale},
                                {"layers", layers},
                                {"batch", settings.batch},
                                {"epochs", settings.epochs},
                                {"learning_rate", adam.at("learning_rate")},
                                {"betas", {adam.at("beta1"), adam.at("beta2")}},
                                {"epsilon", adam.at("epsilon")},
                                {"measured_after", measured_after},
                                {"threads", settings.threads}};
  write_file(folder / "manifest.json", manifest.dump(2));
  write_file(folder / "pytorch.py", std::string(files[0].text));
}

/// The mean loss of each of the first steps.
std::vector<double> first_losses(const TrainSettings& settings, const data::TrainTest& data,
                                 const data::Split& split) {
  Declared ours = declared(settings, data, split);
  const Classifier& model = ours.network.model;
  CompileOptions options;
  options.capacity = settings.batch;
  options.threads = settings.threads;
  const auto program = compile(*ours.network.graph, {model.loss, ours.step}, options);
  data::Batches<float> batches(split.train, {}, static_cast<std::size_t>(settings.batch));
  batches.start(data::permutation(split.train.size(), settings.seed, 0));
  std::vector<double> losses;
  while (losses.size() < compared_steps) {
    const auto batch = batches.next();
    if (!batch) break;
    const auto values = program.run(ours.state, {{model.image, batch->images}, {model.label, batch->labels}});
    losses.push_back(static_cast<double>(values.scalar(model.loss)));
  }
  return losses;
}

ResultSection step_by_step(const std::vector<double>& ours, const std::vector<double>& theirs) {
  ResultSection section{"Step by step", {}, {}, {}};
  LineChart losses{
      "step", "cross-entropy of the batch (nats)", {{"gradus", {}, 0, false}, {"PyTorch", {}, 1, true}}};
  LineChart differences{
      "step", "relative difference (10⁻⁶)", {{"|gradus − PyTorch| / PyTorch", {}, 0, false}}};
  double largest = 0;
  const std::size_t steps = std::min(ours.size(), theirs.size());
  for (std::size_t i = 0; i < steps; ++i) {
    const double difference = std::abs(ours[i] - theirs[i]) / theirs[i];
    largest = std::max(largest, difference);
    const auto x = static_cast<double>(i + 1);
    losses.curves[0].points.push_back({x, ours[i]});
    losses.curves[1].points.push_back({x, theirs[i]});
    differences.curves[0].points.push_back({x, 1e6 * difference});
  }
  section.plots = {{"pytorch-losses", "The loss of each step", std::move(losses)},
                   {"pytorch-differences", "How far the losses are apart", std::move(differences)}};
  section.sentences = {fmt::format(
      "Over the first {} steps the losses are at most {:.1e} of their size apart; numbers of 32 bits are "
      "rounded at 6.0e-08 of theirs, in every sum of every step.",
      steps, largest)};
  return section;
}

ResultSection the_curves(const RunRecord& run, const JsonValue& theirs) {
  LineChart chart{"iteration",
                  "accuracy (%)",
                  {{"gradus", per_iteration(run.rows, "validation", Quantity::accuracy), 0, false},
                   {"PyTorch", {}, 1, true}}};
  for (const JsonValue& point : theirs.at("validation").elements()) {
    const auto pair = point.get<std::vector<double>>();
    if (pair.size() != 2) point.must_be("an iteration and an accuracy");
    chart.curves[1].points.push_back({pair[0], 100 * pair[1]});
  }
  double largest = 0;
  const auto& ours = chart.curves[0].points;
  for (const CurvePoint& point : chart.curves[1].points)
    for (const CurvePoint& own : ours)
      if (own.x == point.x) largest = std::max(largest, std::abs(own.y - point.y));
  return {"Accuracy",
          {fmt::format("On the validation images the two are at most {:.2f} points apart.", largest)},
          {{"pytorch-accuracy", "Accuracy on the validation split", std::move(chart)}},
          {}};
}

ResultSection the_end(const RunRecord& run, const JsonValue& theirs) {
  ResultSection section{"At the end", {}, {}, {&run}};
  const auto accuracy = [&](const char* split) {
    return 100 * theirs.at("accuracies").at(split).get<double>();
  };
  section.sentences = {
      fmt::format("After {} epoch{} gradus is right on {:.2f} % of the test images, PyTorch {} on {:.2f} %.",
                  run.settings.epochs, run.settings.epochs == 1 ? "" : "s", final_accuracy(run, "test"),
                  theirs.at("torch").get<std::string>(), accuracy("test")),
      fmt::format("A step takes gradus {:.0f} µs and PyTorch {:.0f} µs (medians, {} thread{}); all {} steps "
                  "take PyTorch "
                  "{:.1f} s, with gathering the batches.",
                  run.result.value().step_us_median, theirs.at("step_us_median").get<double>(),
                  run.settings.threads, run.settings.threads == 1 ? "" : "s",
                  theirs.at("losses").elements().size(), theirs.at("seconds").get<double>())};
  return section;
}

ExperimentResults run_pytorch(ExperimentRunner& runner) {
  TrainSettings settings = runner.settings(2);
  settings.dropout = 0;
  const data::TrainTest& data = runner.data();
  const data::Split split = data::split(data.train, {settings.validation, settings.train_limit});
  refuse_incomparable(declare(settings, data.train).model);
  const std::string python = python_with_torch(runner.options());
  const RunRecord& run = runner.train("gradus", settings);
  const fs::path task = runner.options().out / "pytorch";
  write_task(task, settings, data, split, run);
  if (!runner.options().quiet) say("PyTorch\n");
  run_process(python, {fs::absolute(task / "pytorch.py").string(), fs::absolute(task).string()}, "",
              "python3");
  const nlohmann::json answer = read_json(task / "pytorch.json");
  const JsonValue theirs(answer, (task / "pytorch.json").string());
  return {"The same network in PyTorch",
          fmt::format(
              "{} by Adam, from the same initial weights, on the same batches in the same order. With ReLU, "
              "rounding decides on which side of its kink a unit falls, so that with it PyTorch in 32 and in "
              "64 bits soon parts from itself.",
              network_text(runner)),
          {step_by_step(first_losses(settings, data, split), theirs.at("losses").get<std::vector<double>>()),
           the_curves(run, theirs), the_end(run, theirs)}};
}

}  // namespace

Experiment pytorch() {
  return {"pytorch",
          "The same network, weights, batches and optimizer in PyTorch, step by step",
          R"(
Examples:
  gradus experiment pytorch                      2 epochs; downloads PyTorch (200 MB) when there is none
  gradus experiment pytorch cnn                  LeNet, without dropout
  gradus experiment pytorch --hidden 64 --activation sigmoid
  GRADUS_PYTHON=venv/bin/python gradus experiment pytorch --epochs 1)",
          run_pytorch,
          true,
          {"loss", "reduction", "l1", "l2", "dropout", "normalisation"},
          "",
          false,
          [](TrainSettings& settings) { settings.activation = "tanh"; }};
}

}  // namespace gradus
