#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/cnn.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/network_builder.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/optim/schedule.hpp>
#include <gradus/train/settings.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

/// The upper limit keeps the product of two of them, in bytes, a number.
void require_count(const char* flag, std::int64_t value) {
  constexpr std::int64_t most = 1'000'000'000;
  if (value < 1) throw ValueError(fmt::format("{} must be at least 1, not {}", flag, value));
  if (value > most) throw ValueError(fmt::format("{} must be at most {}, not {}", flag, most, value));
}

void require_from_zero(const std::string& flag, double value) {
  if (!(value >= 0) || !std::isfinite(value))
    throw ValueError(fmt::format("{} must be a number from 0 on, not {}", flag, value));
}

void require_positive(const std::string& flag, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw ValueError(fmt::format("{} must be a number above 0, not {}", flag, value));
}

void require_known(const char* kind, const std::string& name, const std::vector<std::string>& known) {
  if (std::ranges::find(known, name) == known.end()) throw NameError(unknown_name(kind, name, known));
}

const std::map<std::string, std::string>& hyper_flags() {
  static const std::map<std::string, std::string> flags{
      {"learning_rate", "--lr"}, {"momentum", "--momentum"}, {"beta1", "--beta1"},
      {"beta2", "--beta2"},      {"epsilon", "--epsilon"},   {"weight_decay", "--weight-decay"}};
  return flags;
}

std::vector<std::string> known_hypers() {
  std::vector<std::string> names;
  for (const auto& [name, flag] : hyper_flags()) names.push_back(name);
  return names;
}

void check_hyper(const TrainSettings& settings) {
  const RegisteredRule& rule = find_rule(settings.optimizer);
  for (const auto& [name, value] : settings.hyper) {
    const auto known = hyper_flags().find(name);
    if (known == hyper_flags().end()) throw NameError(unknown_name("hyper-parameter", name, known_hypers()));
    const std::string& flag = known->second;
    if (std::ranges::find(rule.settings, name) == rule.settings.end())
      throw ValueError(fmt::format("{} does not go with the optimizer {}, which has {}", flag,
                                   settings.optimizer, fmt::join(rule.settings, ", ")));
    if (name == "learning_rate" || name == "epsilon") {
      require_positive(flag, value);
    } else if (name == "weight_decay") {
      require_from_zero(flag, value);
    } else if (!(value >= 0 && value < 1)) {
      throw ValueError(fmt::format("{} must be a number from 0 to below 1, not {}", flag, value));
    }
  }
}

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

template <class T>
void read(const nlohmann::json& json, const char* name, std::optional<T>& value) {
  if (!json.at(name).is_null()) value = json.at(name).get<T>();
}

template <class T>
void read(const nlohmann::json& json, const char* name, T& value) {
  json.at(name).get_to(value);
}

/// What runs of earlier versions do not have, keeps its default.
template <class T>
void read_if_there(const nlohmann::json& json, const char* name, T& value) {
  if (json.contains(name)) read(json, name, value);
}

}  // namespace

const std::vector<std::string>& model_names() {
  static const std::vector<std::string> names{"mlp", "cnn"};
  return names;
}

TrainSettings default_settings(const std::string& model) {
  require_known("model", model, model_names());
  TrainSettings settings;
  settings.model = model;
  if (model == "cnn") {
    settings.batch = 256;
    settings.epochs = 12;
    use_model_size(settings, "lenet");
  }
  return settings;
}

void use_model_size(TrainSettings& settings, const std::string& size) {
  require_known("model size", size, {"lenet", "accurate"});
  const bool accurate = size == "accurate";
  settings.channels = accurate ? std::vector<Index>{16, 16, 32, 48, 64, 64} : std::vector<Index>{6, 16};
  settings.kernel = accurate ? 3 : 5;
  settings.padding = accurate ? 1 : 0;
  settings.pool_every = accurate ? 2 : 1;
  settings.hidden = accurate ? std::vector<Index>{} : std::vector<Index>{120, 84};
  settings.normalisation = accurate ? "batch" : "none";
  settings.dropout = accurate ? 0 : 0.3;
  settings.init = "he";
}

void check(const TrainSettings& settings) {
  require_known("model", settings.model, model_names());
  for (const Index units : settings.hidden) require_count("each size of --hidden", units);
  require_known("activation", settings.activation, activation_names());
  require_known("normalisation", settings.normalisation, normalisation_names());
  if (!(settings.dropout >= 0 && settings.dropout < 1))
    throw ValueError(fmt::format("--dropout must be a number from 0 to below 1, not {}", settings.dropout));
  for (const Index channels : settings.channels) require_count("each size of --channels", channels);
  require_count("--kernel", settings.kernel);
  require_from_zero("--padding", static_cast<double>(settings.padding));
  require_known("pooling", settings.pooling, pooling_names());
  require_count("--pool-every", settings.pool_every);
  require_known("head", settings.head, head_names());
  require_known("loss", settings.loss, loss_names());
  require_known("reduction", settings.reduction, {"mean", "sum"});
  parse_initialiser(settings.init);
  require_from_zero("--l1", settings.l1);
  require_from_zero("--l2", settings.l2);
  check_hyper(settings);
  parse_schedule(settings.schedule, 1);
  if (settings.clip_norm) require_positive("--clip-norm", *settings.clip_norm);
  require_count("--accumulate", settings.accumulate);
  require_count("--batch", settings.batch);
  require_count("--epochs", settings.epochs);
  if (!settings.augment.empty()) data::Augmentation::parse(settings.augment);
  require_count("--log-every", settings.log_every);
  require_count("--threads", settings.threads);
}

TrainSettings with_data(TrainSettings settings, const data::Dataset& found) {
  if (settings.data) return settings;
  const auto known = data::known_sets();
  const bool by_name = found.source == data::Source::generated ||
                       std::ranges::any_of(known, [&](const auto& set) { return set.name == found.name; });
  settings.data = by_name ? found.name : found.origin;
  return settings;
}

void to_json(nlohmann::json& json, const TrainSettings& s) {
  json = {{"model", s.model},
          {"data", or_null(s.data)},
          {"data_dir", s.data_dir ? nlohmann::json(s.data_dir->string()) : nlohmann::json()},
          {"hidden", s.hidden},
          {"activation", s.activation},
          {"normalisation", s.normalisation},
          {"dropout", s.dropout},
          {"channels", s.channels},
          {"kernel", s.kernel},
          {"padding", s.padding},
          {"pooling", s.pooling},
          {"pool_every", s.pool_every},
          {"head", s.head},
          {"loss", s.loss},
          {"reduction", s.reduction},
          {"init", s.init},
          {"l1", s.l1},
          {"l2", s.l2},
          {"optimizer", s.optimizer},
          {"hyper", s.hyper},
          {"schedule", s.schedule},
          {"clip_norm", or_null(s.clip_norm)},
          {"accumulate", s.accumulate},
          {"batch", s.batch},
          {"epochs", s.epochs},
          {"standardize", s.standardize},
          {"augment", s.augment},
          {"seed", s.seed},
          {"validation", s.validation},
          {"train_limit", or_null(s.train_limit)},
          {"log_every", s.log_every},
          {"threads", s.threads}};
}

TrainSettings settings_from_json(const nlohmann::json& json, const std::filesystem::path& file) {
  try {
    TrainSettings s;
    read(json, "model", s.model);
    read(json, "data", s.data);
    std::optional<std::string> folder;
    read(json, "data_dir", folder);
    if (folder) s.data_dir = *folder;
    read(json, "hidden", s.hidden);
    read(json, "activation", s.activation);
    read_if_there(json, "normalisation", s.normalisation);
    read_if_there(json, "dropout", s.dropout);
    read_if_there(json, "channels", s.channels);
    read_if_there(json, "kernel", s.kernel);
    read_if_there(json, "padding", s.padding);
    read_if_there(json, "pooling", s.pooling);
    read_if_there(json, "pool_every", s.pool_every);
    read_if_there(json, "head", s.head);
    read(json, "loss", s.loss);
    read(json, "reduction", s.reduction);
    read(json, "init", s.init);
    read(json, "l1", s.l1);
    read(json, "l2", s.l2);
    read(json, "optimizer", s.optimizer);
    read(json, "hyper", s.hyper);
    read(json, "schedule", s.schedule);
    read(json, "clip_norm", s.clip_norm);
    read(json, "accumulate", s.accumulate);
    read(json, "batch", s.batch);
    read(json, "epochs", s.epochs);
    read(json, "standardize", s.standardize);
    // Runs from before there was augmentation have none.
    s.augment = json.value("augment", "");
    read(json, "seed", s.seed);
    read(json, "validation", s.validation);
    read(json, "train_limit", s.train_limit);
    read(json, "log_every", s.log_every);
    read(json, "threads", s.threads);
    return s;
  } catch (const nlohmann::json::exception& error) {
    throw FileError(fmt::format("'{}' does not hold the settings of a run: {}", file.string(), error.what()));
  }
}

}  // namespace gradus
