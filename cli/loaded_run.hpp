#pragma once

#include <gradus/data/dataset.hpp>
#include <gradus/train/checkpoint.hpp>
#include <gradus/train/evaluate.hpp>
#include <gradus/train/run_folder.hpp>

namespace gradus::cli {

/// A trained network, read back from its run folder.
struct LoadedRun {
  RunFolder folder;
  TrainSettings settings;
  data::TrainTest data;
  Network network;
  State<float> state;
  data::PixelScale scale;
  std::int64_t weights_of = 0;  ///< the iteration that the parameters are of
};

/// Opens a run, its data and its checkpoint. The data of `request` replace those of the run where given; its
/// parts are those that the run may name.
/// Throws FileError for a folder that is no run, and as load_data and load_checkpoint do.
LoadedRun load_run(const std::string& run, const TrainSettings& request);

/// Reads what a network needs to be used from the checkpoint that the run keeps, and returns the iteration it
/// is of. Throws FileError as load_checkpoint does, of a damaged one saying how to go on.
std::int64_t load_parameters(const RunFolder& folder, const TrainSettings& settings, State<float>& state);

/// Says on standard error what of a run's report could not be written, and how to have it, when there is
/// something.
void say_missing(const std::string& missing, const RunFolder& folder);

}  // namespace gradus::cli
