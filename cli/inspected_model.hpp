#pragma once

#include <gradus/train/inspected_model.hpp>

#include <CLI/App.hpp>

#include <optional>
#include <string>

namespace gradus::cli {

/// Which model a command looks at, and on which examples.
struct InspectedModelFlags {
  TrainSettings settings;
  std::optional<std::string> run;
  std::size_t examples = 4;
};

/// All flags that decide a training run, and --run for one that has been made, --examples for the batch.
void add_inspected_model_flags(CLI::App& command, InspectedModelFlags& flags);

/// The model of the flags, or of the run they name, with its trained variables. Data is read, and the model
/// has a batch, when `with_batch`, a run or a data set is asked for. Throws ValueError for flags that
/// contradict the run, and as inspect_model(), RunFolder::open() and load_data() do.
InspectedModel open_inspected_model(const InspectedModelFlags& flags, const CLI::App& command,
                                    GraphStage stage, bool with_batch);

}  // namespace gradus::cli
