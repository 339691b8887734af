#pragma once

#include <gradus/data/catalogue.hpp>
#include <gradus/train/settings.hpp>

#include <CLI/App.hpp>

#include <memory>
#include <optional>
#include <string>

namespace gradus::cli {

/// --hidden, --activation, --loss … : what decides the network and its training step.
void add_model_flags(CLI::App& command, TrainSettings& settings);

/// --optimizer, --lr … : the update rule and what happens to gradients before it.
void add_optimizer_flags(CLI::App& command, TrainSettings& settings);

/// --augment, kept with every parameter, so that defaults that change do not change a run.
CLI::Option* add_augment_flag(CLI::App& command, std::string& augment);

/// --batch, --epochs, --seed … : how long and on which examples.
void add_training_flags(CLI::App& command, TrainSettings& settings);

/// For a command that was given a run: throws ValueError, naming the flag, when one that decides a run was
/// given too; --data-dir may be.
void refuse_settings(const CLI::App& command, const std::string& reason);

/// What is wrong with a text that is to be a whole number, or nothing: CLI11 by itself takes -1 for the
/// largest number there is.
std::string whole_number(const std::string& text);

/// As many as the machine has.
int default_threads();

/// --data, --data-dir.
void add_data_flags(CLI::App& command, std::optional<std::string>& data,
                    std::optional<std::string>& data_dir);

/// Loads the data of settings, saying on stderr what is downloaded unless quiet, and loudly when it is
/// generated.
data::TrainTest load_data(const TrainSettings& settings, bool quiet);

}  // namespace gradus::cli
