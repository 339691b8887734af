#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/cli/flags.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/graph/program.hpp>
#include <gradus/models/layers.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <thread>

namespace gradus::cli {
namespace {

constexpr const char* network_group = "Network";
constexpr const char* optimizer_group = "Optimizer";
constexpr const char* training_group = "Training";
constexpr const char* data_group = "Data";

/// A flag for every parameter of a rule; those of one name share it.
void add_rule_flags(CLI::App& command, TrainSettings& settings) {
  std::vector<std::string> names;
  std::map<std::string, std::pair<std::string, std::vector<std::string>>> uses;  // help and rules
  for (const RegisteredRule& rule : settings.parts->rules)
    for (const PartParameter& parameter : rule.parameters) {
      const auto [use, is_new] = uses.try_emplace(parameter.name, parameter.help, std::vector<std::string>());
      if (is_new) names.push_back(parameter.name);
      use->second.second.push_back(rule.name);
    }
  for (const std::string& name : names) {
    const auto& [help, rules] = uses.at(name);
    command
        .add_option_function<double>(
            hyper_flag(name), [&settings, name](const double& value) { settings.hyper[name] = value; },
            fmt::format("{} ({})", help, fmt::join(rules, ", ")))
        ->type_name("NUMBER")
        ->group(optimizer_group);
  }
}

}  // namespace

int default_threads() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, unsigned{most_threads}));
}

std::string whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end ? ""
                                             : fmt::format("must be a whole number from 0 to {}, not '{}'",
                                                           std::numeric_limits<std::uint64_t>::max(), text);
}

namespace {

void add_sizes(CLI::App& command, const char* flag, std::vector<Index>& sizes, const char* help) {
  command
      .add_option_function<std::string>(
          flag, [&sizes, flag](const std::string& text) { sizes = parse_sizes(flag, text); },
          fmt::format("{}, separated by commas, or none [{}]", help, fmt::join(sizes, ",")))
      ->type_name("SIZES")
      ->group(network_group);
}

/// The size comes first, so that what is said beside it changes it.
void add_convolution_flags(CLI::App& command, TrainSettings& settings) {
  command
      .add_option_function<std::string>(
          "--model-size", [&](const std::string& size) { use_model_size(settings, size); },
          "lenet: 6 and 16 channels, 120-84-10 behind them; accurate: six 3 × 3 convolutions with batch "
          "normalisation, fewer than 100,000 parameters; the flags below change either [lenet]")
      ->type_name("NAME")
      ->group(network_group);
  add_sizes(command, "--channels", settings.channels, "Channels of each convolution");
  const auto add = [&](const char* flag, auto& value, const char* help, const char* type) {
    command.add_option(flag, value, help)->type_name(type)->capture_default_str()->group(network_group);
  };
  add("--kernel", settings.kernel, "Rows and columns of a kernel", "N");
  add("--padding", settings.padding, "Zeros around the images of a convolution", "N");
  add("--pooling", settings.pooling, "max|average|none of windows of 2 × 2", "NAME");
  add("--pool-every", settings.pool_every, "Convolutions before each pooling", "N");
  add("--head", settings.head,
      "What the dense layers see: flatten, all pixels, or average, each channel's mean", "NAME");
}

}  // namespace

void add_model_flags(CLI::App& command, TrainSettings& settings) {
  if (settings.model == "cnn") add_convolution_flags(command, settings);
  add_sizes(command, "--hidden", settings.hidden, "Sizes of the hidden layers");
  command.add_option("--normalisation", settings.normalisation, "none|batch|layer, before each activation")
      ->type_name("NAME")
      ->capture_default_str()
      ->group(network_group);
  command
      .add_option("--dropout", settings.dropout,
                  "Part of each hidden layer that is left out at a training step")
      ->type_name("RATE")
      ->capture_default_str()
      ->group(network_group);
  command
      .add_option("--activation", settings.activation, fmt::format("{}", fmt::join(activation_names(), "|")))
      ->type_name("NAME")
      ->capture_default_str()
      ->group(network_group);
  command.add_option("--loss", settings.loss, "cross-entropy|squared-error")
      ->type_name("NAME")
      ->capture_default_str()
      ->group(network_group);
  command.add_option("--reduction", settings.reduction, "mean|sum of the losses of a batch")
      ->type_name("NAME")
      ->capture_default_str()
      ->group(network_group);
  command
      .add_option("--init", settings.init,
                  "Initial weights: glorot|he|gaussian:0.1|… (gradus list initialisers)")
      ->type_name("NAME")
      ->capture_default_str()
      ->group(network_group);
  command.add_option("--l1", settings.l1, "λ of a penalty λ Σ |w| on the weights")
      ->type_name("λ")
      ->group(network_group);
  command.add_option("--l2", settings.l2, "λ of a penalty λ Σ w² on the weights")
      ->type_name("λ")
      ->group(network_group);
}

void add_optimizer_flags(CLI::App& command, TrainSettings& settings) {
  command
      .add_option("--optimizer", settings.optimizer,
                  fmt::format("{} (gradus list optimizers)", fmt::join(settings.parts->rules.names(), "|")))
      ->type_name("NAME")
      ->capture_default_str()
      ->group(optimizer_group);
  add_rule_flags(command, settings);
  command
      .add_option("--schedule", settings.schedule,
                  "Learning rate over the updates: constant, step:EVERY:GAMMA, exponential:EVERY:GAMMA, "
                  "cosine[:TOTAL], "
                  "warm-up:UPDATES, or a product: warm-up:500+cosine")
      ->type_name("SCHEDULE")
      ->capture_default_str()
      ->group(optimizer_group);
  command
      .add_option("--clip-norm", settings.clip_norm,
                  "Scale all gradients together so that their norm is at most this")
      ->type_name("NORM")
      ->group(optimizer_group);
  command.add_option("--accumulate", settings.accumulate, "Batches that make one update")
      ->type_name("N")
      ->capture_default_str()
      ->group(optimizer_group);
}

CLI::Option* add_augment_flag(CLI::App& command, std::string& augment) {
  return command
      .add_option_function<std::string>(
          "--augment",
          [&augment](const std::string& text) { augment = data::Augmentation::parse(text).text(); },
          "Change training images, differently in every epoch: NAME[:NUMBER|:PARAMETER=NUMBER…],… as in "
          "shift,rotate:15,elastic:alpha=34:sigma=4 (gradus list transforms)")
      ->type_name("CHAIN");
}

void add_training_flags(CLI::App& command, TrainSettings& settings) {
  command.add_option("--batch", settings.batch, "Examples of a batch")
      ->type_name("N")
      ->capture_default_str()
      ->group(training_group);
  command.add_option("--epochs", settings.epochs, "Passes over the training set")
      ->type_name("N")
      ->capture_default_str()
      ->group(training_group);
  command
      .add_flag("--standardize", settings.standardize,
                "Pixels to mean 0 and deviation 1 over the training set")
      ->group(training_group);
  add_augment_flag(command, settings.augment)->group(training_group);
  command.add_option("--seed", settings.seed, "Of initial weights, shuffling and augmentation")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str()
      ->group(training_group);
  command
      .add_option("--validation", settings.validation,
                  "Examples kept for validation, the last of the training set")
      ->check(whole_number)
      ->type_name("N")
      ->capture_default_str()
      ->group(training_group);
  command.add_option("--train-limit", settings.train_limit, "Train on the first N examples only")
      ->check(whole_number)
      ->type_name("N")
      ->group(training_group);
}

void refuse_settings(const CLI::App& command, const std::string& reason) {
  for (const CLI::Option* option : command.get_options())
    if (option->count() > 0 &&
        (option->get_name() == "--data" || option->get_group() == network_group ||
         option->get_group() == optimizer_group || option->get_group() == training_group))
      throw ValueError(fmt::format("{} cannot be given here: {}", option->get_name(), reason));
}

void add_data_flags(CLI::App& command, std::optional<std::string>& data,
                    std::optional<std::string>& data_dir) {
  command.add_option("--data", data, "mnist|fashion-mnist|generated, or a folder with four IDX files")
      ->type_name("SET")
      ->group(data_group);
  command
      .add_option("--data-dir", data_dir,
                  "Folder to look for the set in, instead of $GRADUS_DATA and the cache")
      ->type_name("DIR")
      ->group(data_group);
}

data::TrainTest load_data(const TrainSettings& settings, bool quiet) {
  data::Request request;
  request.name = settings.data;
  request.data_dir = settings.data_dir;
  if (!quiet) request.progress = data::report_to_stderr();
  data::TrainTest loaded = data::load(request);
  if (loaded.train.source == data::Source::generated) say("{}\n", data::announcement(loaded.train));
  return loaded;
}

}  // namespace gradus::cli
