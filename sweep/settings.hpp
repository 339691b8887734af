#pragma once

#include <gradus/sweep/space.hpp>
#include <gradus/train/settings.hpp>

namespace gradus::sweep {

// A sweep varies any setting of a training run that decides its numbers, but for its data and what is kept
// for validation, which all trials must share; any number of an update rule; and two more, which make
// `hidden` together:

inline constexpr std::string_view hidden_layers = "hidden_layers";  ///< how many
inline constexpr std::string_view hidden_size = "hidden_size";      ///< of each

/// Whether all trials must share a setting: it may be given, but not vary.
bool is_common(const std::string& setting);

/// The names that may vary for a model.
std::vector<std::string> parameter_names(const TrainSettings& base);

/// The own name of a parameter that is called so, by a flag or an alias too: "--batch-size" is batch. Throws
/// NameError with the nearest name.
std::string parameter_name(const TrainSettings& base, const std::string& text);

bool is_number(const TrainSettings& base, const std::string& parameter);
bool is_whole_number(const std::string& parameter);

/// Whether it is a number of an update rule: in effect only for rules that have it.
bool is_of_rule(const TrainSettings& base, const std::string& parameter);

/// Gives the settings a parameter's value. Throws what its flag does. A number of hidden layers waits for
/// their size: give both by set_all().
void set(TrainSettings& settings, const std::string& parameter, const std::string& text);

/// Gives the settings all of a trial's values. Throws as set().
void set_all(TrainSettings& settings, const Values& values);

/// The value as settings write it: "1e-3" is 0.001, a part has its own name. Throws as set().
std::string own_text(const TrainSettings& base, const std::string& parameter, const std::string& text);

/// A few letters for each parameter, different ones: hl of hidden_layers, lr of learning_rate.
std::vector<std::string> short_names(const Values& values);

/// A value in characters that a shell and a file take as they are, numbers in their shorter form: "1e-3" of
/// 0.001.
std::string short_value(const std::string& text);

/// A short name for values: "hl_3_hs_64_bs_16_ac_tanh_op_nadam_lr_1e-3"; cut where it gets longer than `most`
/// characters.
std::string short_name(const Values& values, std::size_t most = 96);

}  // namespace gradus::sweep
