#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/layer_list.hpp>
#include <gradus/train/save_every.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gradus {
namespace {

using S = TrainSettings;

/// The upper limit keeps the product of two of them, in bytes, a number.
constexpr Limits count = from(1, 1e9);

/// A line of the table as it is written down.
class Line {
 public:
  Line(SettingGroup group, std::string_view name, Setting::Member member, std::string_view type,
       std::string_view help)
      : setting_{name, member, group, type, help} {}

  Line within(Limits limits) const { return with(&Setting::limits, limits); }
  Line read_by(TextRule rule) const { return with(&Setting::rule, std::move(rule)); }
  Line also(std::string_view alias) const { return with(&Setting::alias, alias); }
  Line only_of(std::string_view model) const { return with(&Setting::model, model); }
  Line or_part(std::optional<double> S::*part) const { return with(&Setting::part, part); }
  Line resumable() const { return with(&Setting::resumable, true); }
  Line of_no_consequence() const { return with(&Setting::decides, false); }
  Line in_command(InCommand when) const { return with(&Setting::in_command, when); }
  Line later() const { return with(&Setting::later, true); }
  Line later(std::string_view earlier) const { return later().with(&Setting::earlier, earlier); }
  Line of_preset() const { return with(&Setting::preset, true); }
  Line of_list() const { return with(&Setting::listed, true); }

  operator Setting() const { return setting_; }  // NOLINT(google-explicit-constructor): an entry of the table

 private:
  template <class T>
  Line with(T Setting::*member, T value) const {
    Line changed = *this;
    changed.setting_.*member = std::move(value);
    return changed;
  }

  Setting setting_;
};

/// A part, with its numbers.
template <class Member>
TextRule part(Member registry) {
  return {[=](const Parts& parts, const std::string& text) { return (parts.*registry).own_name(text); },
          [=](const Parts& parts) { return (parts.*registry).names(); }};
}

/// One of some names.
TextRule one_of(const char* kind, const std::vector<std::string>& names) {
  return {[=](const Parts&, const std::string& text) {
            require_known(kind, text, names);
            return text;
          },
          [=](const Parts&) { return names; }};
}

/// config.json keeps it, as UTF-8.
TextRule utf8(const char* flag) {
  return {[=](const Parts&, const std::string& path) {
    if (!is_utf8(path))
      throw ValueError(
          fmt::format("{} '{}' is no UTF-8, which is all that config.json can keep: give the folder "
                      "another name, or a link to it",
                      flag, path));
    return path;
  }};
}

/// A rule, whose numbers have flags of their own.
TextRule update_rule() {
  TextRule rule = part(&Parts::rules);
  rule.read = [](const Parts& parts, const std::string& name) { return parts.rules.find(name).name; };
  return rule;
}

std::string read_schedule(const Parts& parts, const std::string& text) {
  return own_schedule_names(text, parts.schedules);
}

std::string read_augmentation(const Parts& parts, const std::string& text) {
  return data::Augmentation::parse(text, parts.transforms).text();
}

std::string read_layers(const Parts& parts, const std::string& text) { return Layers(text, parts).text(); }

std::string read_save_every(const Parts&, const std::string& text) {
  parse_save_every(text);
  return text;
}

}  // namespace

std::span<const Setting> settings_table() {
  using enum SettingGroup;
  static const std::vector<Setting> table{
      Line(data, "data", &S::data, "SET", "mnist|fashion-mnist|generated, or a folder with four IDX files")
          .read_by(utf8("--data")),
      Line(data, "data_dir", &S::data_dir, "DIR",
           "Folder to look for the set in, instead of $GRADUS_DATA and the cache")
          .read_by(utf8("--data-dir"))
          .resumable()
          .of_no_consequence(),

      Line(
          network, "layers", &S::layers, "LIST",
          "The network itself, in place of the settings that go into one: 'conv 6 5x5, max 2, relu, flatten, "
          "dense 120, relu, dropout 0.3, dense 10' (gradus list layers)")
          .read_by({read_layers, {}})
          .of_list()
          .later(),
      Line(network, "channels", &S::channels, "SIZES",
           "Channels of each convolution, separated by commas, or none")
          .within(count)
          .only_of("cnn")
          .later()
          .of_preset(),
      Line(network, "kernel", &S::kernel, "N", "Rows and columns of a kernel")
          .within(count)
          .only_of("cnn")
          .later()
          .of_preset(),
      Line(network, "padding", &S::padding, "N", "Zeros around the images of a convolution")
          .within(from(0, 1e9))
          .only_of("cnn")
          .later()
          .of_preset(),
      Line(network, "pooling", &S::pooling, "NAME", "of windows of 2 × 2")
          .read_by(one_of("pooling", pooling_names()))
          .only_of("cnn")
          .later()
          .of_preset(),
      Line(network, "pool_every", &S::pool_every, "N", "Convolutions before each pooling")
          .within(count)
          .only_of("cnn")
          .later()
          .of_preset(),
      Line(network, "head", &S::head, "NAME",
           "What the dense layers see: flatten, all pixels, or average, each channel's mean")
          .read_by(one_of("head", head_names()))
          .only_of("cnn")
          .later()
          .of_preset(),
      Line(network, "hidden", &S::hidden, "SIZES",
           "Sizes of the hidden layers, separated by commas, as in 500,250 or 64x3, or none")
          .within(count)
          .of_preset(),
      Line(network, "normalisation", &S::normalisation, "NAME", "before each activation")
          .read_by(one_of("normalisation", normalisation_names()))
          .later()
          .of_preset(),
      Line(network, "dropout", &S::dropout, "RATE",
           "Dropout rate behind each hidden layer: the part of it left out at a training step")
          .within(from_to_below(0, 1))
          .later()
          .of_preset(),
      Line(network, "activation", &S::activation, "NAME", "(gradus list activations)")
          .read_by(part(&Parts::activations))
          .of_preset(),
      Line(network, "loss", &S::loss, "NAME", "(gradus list losses)").read_by(part(&Parts::losses)),
      Line(network, "reduction", &S::reduction, "NAME", "of the losses of a batch")
          .read_by(one_of("reduction", {"mean", "sum"})),
      Line(network, "init", &S::init, "NAME",
           "Initial weights: glorot|he|gaussian:0.1|… (gradus list initialisers)")
          .read_by({part(&Parts::initialisers).read, {}})
          .of_list(),
      Line(network, "l1", &S::l1, "λ", "λ of a penalty λ Σ |w| on the weights, not the biases")
          .within(from(0)),
      Line(network, "l2", &S::l2, "λ",
           "λ of a penalty λ Σ w² on the weights, not the biases: half of what PyTorch calls weight_decay")
          .within(from(0)),

      Line(optimizer, "optimizer", &S::optimizer, "NAME", "(gradus list optimizers)").read_by(update_rule()),
      Line(optimizer, "schedule", &S::schedule, "SCHEDULE",
           "Learning rate over the updates: constant, step:EVERY:GAMMA, exponential:EVERY:GAMMA, "
           "cosine[:TOTAL], warm-up:UPDATES, or a product: warm-up:500+cosine (gradus list schedules)")
          .read_by({read_schedule, {}}),
      Line(optimizer, "clip_norm", &S::clip_norm, "NORM",
           "Scale all gradients together so that their norm is at most this")
          .within(above(0)),
      Line(optimizer, "accumulate", &S::accumulate, "N", "Batches that make one update").within(count),

      Line(training, "batch", &S::batch, "N", "Examples of a batch").within(count).also("batch-size"),
      Line(training, "epochs", &S::epochs, "N", "Passes over the training set").within(count).resumable(),
      Line(training, "drop_last", &S::drop_last, "",
           "Leave out an epoch's last batch where it is smaller than the others, as is the default: it would "
           "take a full step on "
           "few examples; each epoch leaves out others")
          .later("false"),
      Line(training, "keep", &S::keep, "NAME",
           "weights: those of the last step, or of the line of metrics.csv with the best validation accuracy")
          .read_by(one_of("weights", {"last", "best"}))
          .later(),
      Line(training, "standardize", &S::standardize, "",
           "Pixels to mean 0 and standard deviation 1 over the training set"),
      Line(training, "augment", &S::augment, "CHAIN",
           "Change training images, differently in every epoch: NAME[:NUMBER|:PARAMETER=NUMBER…],… as in "
           "shift,rotate:15,elastic:alpha=34:sigma=4 (gradus list transforms)")
          .read_by({read_augmentation, {}})
          .later(),
      Line(training, "seed", &S::seed, "N", "Of initial weights, shuffling and augmentation")
          .in_command(InCommand::always),
      Line(training, "validation", &S::validation, "N",
           "Examples kept for validation, the last of the training set; or a part of it: 0.1")
          .or_part(&S::validation_part),
      Line(training, "train_limit", &S::train_limit, "N", "Train on the first N examples only"),

      Line(run, "log_every", &S::log_every, "N",
           "Iterations between lines of metrics.csv, whatever the epoch; the end of an epoch has lines too, "
           "and "
           "one that is shorter has these alone")
          .within(count),
      Line(
          run, "log_train", &S::log_train, "",
          "Measure the whole training split too, at the end of each epoch; the train lines are the mean over "
          "batches, while they were learned")
          .later(),
      Line(run, "log_test", &S::log_test, "",
           "Measure the test split too with each line of metrics.csv, for a third curve; the weights are "
           "never chosen by it")
          .later(),
      Line(run, "save_every", &S::save_every, "N|TIME",
           "Save inside of epochs too, every N iterations or when a time has passed: 30s, 5m, 1h; the "
           "results do not depend on it")
          .read_by({read_save_every, {}})
          .resumable()
          .of_no_consequence()
          .later(),
      Line(run, "threads", &S::threads, "N", "Threads that work on a step; the results do not depend on them")
          .within(from(1, max_threads))
          .resumable()
          .of_no_consequence()
          .in_command(InCommand::never),
  };
  return table;
}

}  // namespace gradus
