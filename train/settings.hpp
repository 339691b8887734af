#pragma once

#include <gradus/data/dataset.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/train/parts.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

class JsonValue;

/// Everything that decides a training run: the flags of `gradus train`, with their defaults.
struct TrainSettings : PresetSettings {
  /// What the names below are names of. Must outlive the settings.
  const Parts* parts = &library_parts();

  std::string model = "mlp";
  std::optional<std::string> data;  ///< a known set's name or a folder; none: MNIST, else generated
  std::optional<std::filesystem::path> data_dir;

  std::optional<std::string> layers;  ///< what Layers reads, in place of the model's own from PresetSettings
  std::string loss = "cross-entropy";
  std::string reduction = "mean";
  std::string init = "glorot";
  double l1 = 0;
  double l2 = 0;

  std::string optimizer = "adam";
  std::map<std::string, double> hyper;  ///< parameters of the rule by name, those given
  std::string schedule = "constant";
  std::optional<double> clip_norm;
  int accumulate = 1;

  Index batch = 64;
  std::int64_t epochs = 5;
  bool drop_last = true;
  std::string keep = "last";  ///< the weights of a finished run: of the "last" step or the "best" row
  bool standardize = false;
  std::string augment;  ///< what data::Augmentation reads, or empty for images as they are
  std::uint64_t seed = 0;
  std::size_t validation = 10000;
  std::optional<double>
      validation_part{};  ///< of the training set, until resolve_parts() knows how many it has
  std::optional<std::size_t> train_limit;
  std::int64_t log_every = 200;
  bool log_train = false;
  bool log_test = false;
  std::string save_every = "5m";  ///< what parse_save_every() reads: checkpoints inside of epochs
  int threads = 1;

  bool keeps_best() const { return keep == "best"; }
};

/// The settings a model begins with. Throws NameError for an unknown model.
TrainSettings default_settings(const std::string& model, const Parts& parts = library_parts());

/// Gives the CNN one of two sizes: "lenet", or "accurate", with fewer than 100,000 parameters. Throws
/// NameError for any other.
void use_model_size(TrainSettings& settings, const std::string& size);

/// Reads the sizes of layers from text: "500,250,100", "64x3" for three of 64, or none where it is empty or
/// "none". Throws ValueError naming the flag for anything else.
std::vector<Index> parse_sizes(const std::string& flag, const std::string& text);

/// The flag of a rule's parameter: "--weight-decay"; "--lr" of learning_rate.
std::string hyper_flag(std::string name);

/// All parameters of the run's rule by name, as given or with their defaults.
std::map<std::string, double> hyper_values(const TrainSettings& settings);

/// Throws ValueError or NameError, naming the flag, for a setting that no run can have: batches below 1,
/// numbers that are not finite, names that are not known.
void check(const TrainSettings& settings);

/// The settings of a run with the data it found, so that it is never continued or repeated on other data.
/// Throws ValueError for data in a folder whose path is no UTF-8, which config.json cannot keep.
TrainSettings with_data(TrainSettings settings, const data::Dataset& found);

/// Makes numbers of settings that were given as parts of a training set with so many examples.
void resolve_parts(TrainSettings& settings, std::size_t examples);

void to_json(nlohmann::json& json, const TrainSettings& settings);

/// Reads what to_json wrote. Throws FileError for fields that are missing, of the wrong type, or as check()
/// refuses them.
TrainSettings settings_from_json(const JsonValue& json, const Parts& parts = library_parts());

}  // namespace gradus
