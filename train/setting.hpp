#pragma once

#include <gradus/base/part.hpp>
#include <gradus/train/settings.hpp>

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gradus {

/// Where --help lists a setting.
enum class SettingGroup { data, network, optimizer, training, run };

/// Whether the command that repeats a run says a setting.
enum class InCommand { where_not_default, always, never };

/// What a setting that is a text may be.
struct TextRule {
  /// The text with each part's own name in place of an alias. Throws Error for one that no run can have.
  std::function<std::string(const Parts&, const std::string&)> read{};
  /// The names to choose from, where there are only names.
  std::function<std::vector<std::string>(const Parts&)> names{};
};

/// A setting of a training run, one line of settings_table(): its flag, the checks of what flags and
/// config.json give, JSON both ways, the report's settings and the command that repeats a run come from it.
struct Setting {
  using S = TrainSettings;
  using Member =
      std::variant<bool S::*, int S::*, std::int64_t S::*, std::size_t S::*, double S::*, std::string S::*,
                   std::vector<Index> S::*, std::optional<double> S::*, std::optional<std::size_t> S::*,
                   std::optional<std::string> S::*, std::optional<std::filesystem::path> S::*>;

  std::string_view name;  ///< in config.json; the flag has '-' for '_'
  Member member;
  SettingGroup group;
  std::string_view type;     ///< what the flag takes, as --help says it
  std::string_view help;     ///< without the names that `rule` knows
  Limits limits{};           ///< of numbers, and of each of several
  TextRule rule{};           ///< of texts; not asked of the default
  std::string_view alias{};  ///< another flag, without its dashes
  std::string_view model{};  ///< the only model that has it
  std::optional<double> S::*part =
      nullptr;             ///< where a part instead of a number goes, as 0.1 of the examples
  bool resumable = false;  ///< a run that goes on may have another
  bool decides = true;     ///< the numbers of a run depend on it
  InCommand in_command = InCommand::where_not_default;
  bool preset = false;  ///< goes into the model's own list of layers
  bool listed = false;  ///< of networks that are lists of layers alone
  bool later = false;   ///< config.json of earlier versions lacks it; without another the file is damaged
  std::string_view earlier{};  ///< what those runs had, where that is not the default

  /// What --help says of it.
  std::string help_text(const Parts& parts) const;

  /// "--train-limit".
  std::string flag() const;

  /// The flag that takes it back, "--no-drop-last", of what is true by default; empty for any other.
  std::string opposite_flag() const;

  /// The words of a command line that give it this value: "--train-limit 100", "--no-drop-last". Each
  /// value is quoted by `quoted`.
  std::string words(const std::string& text, std::string (*quoted)(const std::string&)) const;

  /// Whether the model has it; one of one's own declares its nodes itself.
  bool is_of(const std::string& of_model, const Parts& parts = library_parts()) const;

  bool is_number() const;
  bool is_whole_number() const;

  /// The value as the flag takes it, nothing where there is none.
  std::optional<std::string> text(const TrainSettings& settings) const;

  /// Sets it from a text, as its flag does. Throws as its rule, and ValueError for a text that is no value of
  /// its type; whether it is one that a run can have, settle() says.
  void set(TrainSettings& settings, const std::string& text) const;

  /// Copies the value.
  void copy(const TrainSettings& from, TrainSettings& to) const;

  /// Throws ValueError or NameError for a value that no run can have; names of parts become their own.
  void settle(TrainSettings& settings) const;

  nlohmann::json json(const TrainSettings& settings) const;

  /// Throws FileError for a value of another type.
  void read_json(const JsonValue& json, TrainSettings& settings) const;
};

/// The setting of this name; null for any other.
const Setting* find_setting(std::string_view name);

/// The same. Throws NameError for any other.
const Setting& setting_named(std::string_view name);

/// The settings that a run's numbers depend on.
nlohmann::json deciding(const TrainSettings& settings);

/// Every setting but the model, and the rule's own parameters, which stand in the rule's file.
std::span<const Setting> settings_table();

}  // namespace gradus
