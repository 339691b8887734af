#pragma once

#include <gradus/data/catalogue.hpp>
#include <gradus/train/setting.hpp>

#include <CLI/App.hpp>

#include <initializer_list>
#include <string>

namespace gradus::cli {

/// The flags of the settings of these groups that the model has, as settings_table() tells of them; with the
/// group `optimizer` those of every rule's parameters.
void add_setting_flags(CLI::App& command, TrainSettings& settings,
                       std::initializer_list<SettingGroup> groups);

/// The flag of one setting.
CLI::Option* add_setting_flag(CLI::App& command, TrainSettings& settings, const Setting& setting);

/// For a command that was given a run: throws ValueError, naming the flag, when one that decides a run was
/// given too; --data-dir may be.
void refuse_settings(const CLI::App& command, const std::string& reason);

/// What is wrong with a text that is to be a whole number, or nothing: CLI11 by itself takes -1 for the
/// largest number there is.
std::string whole_number(const std::string& text);

/// As many as the machine has.
int default_threads();

/// Loads the data of settings, saying on stderr what is downloaded unless quiet, and loudly when it is
/// generated, and resolves the settings that are parts of them.
data::TrainTest load_data(TrainSettings& settings, bool quiet);

}  // namespace gradus::cli
