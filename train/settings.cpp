#include <gradus/base/error.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/catalogue.hpp>
#include <gradus/graph/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/cnn.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/network_builder.hpp>
#include <gradus/optim/schedule.hpp>
#include <gradus/train/save_every.hpp>
#include <gradus/train/settings.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace gradus {
namespace {

/// The usual upper limit keeps the product of two of them, in bytes, a number.
void require_count(const char* flag, std::int64_t value, std::int64_t most = 1'000'000'000) {
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

/// config.json keeps it, as UTF-8.
void require_utf8(const char* flag, const std::string& path) {
  if (!is_utf8(path))
    throw ValueError(
        fmt::format("{} '{}' is no UTF-8, which is all that config.json can keep: give the folder "
                    "another name, or a link to it",
                    flag, path));
}

void require_known(const char* kind, const std::string& name, const std::vector<std::string>& known) {
  if (std::ranges::find(known, name) == known.end()) throw NameError(unknown_name(kind, name, known));
}

std::vector<std::string> known_hypers(const Parts& parts) {
  std::set<std::string> names;
  for (const RegisteredRule& rule : parts.rules)
    for (const PartParameter& parameter : rule.parameters) names.insert(parameter.name);
  return {names.begin(), names.end()};
}

void check_hyper(const TrainSettings& settings) {
  const RegisteredRule& rule = settings.parts->rules.find(settings.optimizer);
  const std::vector<std::string> known = known_hypers(*settings.parts);
  for (const auto& [name, value] : settings.hyper) {
    require_known("hyper-parameter", name, known);
    const std::string flag = hyper_flag(name);
    const auto own = std::ranges::find(rule.parameters, name, &PartParameter::name);
    if (own == rule.parameters.end())
      throw ValueError(fmt::format("{} does not go with the optimizer {}, which has {}", flag, rule.name,
                                   fmt::join(rule.parameter_names(), ", ")));
    if (!own->limits.holds(value))
      throw ValueError(fmt::format("{} must be {}, not {}", flag, own->limits.text(), value));
  }
}

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

/// What runs of earlier versions do not have, keeps its default.
template <class T>
void read_if_there(const JsonValue& json, const char* name, T& value) {
  if (const auto found = json.find(name)) found->get_to(value);
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

std::vector<Index> parse_sizes(const std::string& flag, const std::string& text) {
  std::vector<Index> sizes;
  if (text.empty() || text == "none") return sizes;
  const char* at = text.data();
  const char* end = at + text.size();
  while (true) {
    Index size = 0;
    const auto [stop, error] = std::from_chars(at, end, size);
    if (error != std::errc() || (stop != end && *stop != ','))
      throw ValueError(fmt::format("{} takes sizes separated by commas, as in 500,250,100, or none; not '{}'",
                                   flag, text));
    sizes.push_back(size);
    if (stop == end) return sizes;
    at = stop + 1;
  }
}

std::string hyper_flag(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name == "learning-rate" ? "--lr" : "--" + name;
}

std::map<std::string, double> hyper_values(const TrainSettings& settings) {
  std::map<std::string, double> values = settings.hyper;
  values.merge(settings.parts->rules.find(settings.optimizer).defaults());
  return values;
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
  if (!settings.augment.empty()) data::Augmentation::parse(settings.augment, settings.parts->transforms);
  require_count("--log-every", settings.log_every);
  parse_save_every(settings.save_every);
  require_count("--threads", settings.threads, most_threads);
  if (settings.data) require_utf8("--data", *settings.data);
  if (settings.data_dir) require_utf8("--data-dir", settings.data_dir->string());
}

TrainSettings with_data(TrainSettings settings, const data::Dataset& found) {
  if (settings.data) return settings;
  const auto known = data::known_sets();
  const bool by_name = found.source == data::Source::generated ||
                       std::ranges::any_of(known, [&](const auto& set) { return set.name == found.name; });
  settings.data = by_name ? found.name : found.origin;
  require_utf8("the data set", *settings.data);
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
          {"save_every", s.save_every},
          {"threads", s.threads}};
}

TrainSettings settings_from_json(const JsonValue& json, const Parts& parts) {
  TrainSettings s;
  s.parts = &parts;
  json.at("model").get_to(s.model);
  json.at("data").get_to(s.data);
  std::optional<std::string> folder;
  json.at("data_dir").get_to(folder);
  if (folder) s.data_dir = *folder;
  json.at("hidden").get_to(s.hidden);
  json.at("activation").get_to(s.activation);
  read_if_there(json, "normalisation", s.normalisation);
  read_if_there(json, "dropout", s.dropout);
  read_if_there(json, "channels", s.channels);
  read_if_there(json, "kernel", s.kernel);
  read_if_there(json, "padding", s.padding);
  read_if_there(json, "pooling", s.pooling);
  read_if_there(json, "pool_every", s.pool_every);
  read_if_there(json, "head", s.head);
  json.at("loss").get_to(s.loss);
  json.at("reduction").get_to(s.reduction);
  json.at("init").get_to(s.init);
  json.at("l1").get_to(s.l1);
  json.at("l2").get_to(s.l2);
  json.at("optimizer").get_to(s.optimizer);
  json.at("hyper").get_to(s.hyper);
  json.at("schedule").get_to(s.schedule);
  json.at("clip_norm").get_to(s.clip_norm);
  json.at("accumulate").get_to(s.accumulate);
  json.at("batch").get_to(s.batch);
  json.at("epochs").get_to(s.epochs);
  json.at("standardize").get_to(s.standardize);
  read_if_there(json, "augment", s.augment);
  json.at("seed").get_to(s.seed);
  json.at("validation").get_to(s.validation);
  json.at("train_limit").get_to(s.train_limit);
  json.at("log_every").get_to(s.log_every);
  read_if_there(json, "save_every", s.save_every);
  json.at("threads").get_to(s.threads);
  try {
    check(s);
  } catch (const Error& error) {
    throw FileError(
        fmt::format("'{}': {}; the file is damaged or was changed by hand", json.file(), error.what()));
  }
  return s;
}

}  // namespace gradus
