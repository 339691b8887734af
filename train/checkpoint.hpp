#pragma once

#include <gradus/graph/run/state.hpp>

#include <filesystem>

namespace gradus {

/// Where a run stands between two steps.
struct RunPosition {
  std::int64_t iteration = 0;  ///< steps taken
  std::int64_t epoch = 0;      ///< whole epochs behind it
  std::int64_t example = 0;    ///< examples of the epoch under way behind it
  double loss_sum = 0;         ///< over the examples since the last line of metrics.csv
  std::int64_t correct = 0;    ///< of those examples
  std::int64_t counted = 0;    ///< how many those are

  friend bool operator==(const RunPosition&, const RunPosition&) = default;
};

/// Writes everything a run needs to go on to the same bits: all variables (parameters, slots, settings), the
/// step count, the seed, the position, with a checksum of it all. The checkpoint that was there goes on under
/// the name `keep_old` where one is given, as write_file does. Throws FileError as write_file does.
void save_checkpoint(const std::filesystem::path& path, const State<float>& state,
                     const RunPosition& position, const std::filesystem::path& keep_old = {});

/// Which of a state's variables a checkpoint must hold.
enum class Restore {
  everything,  ///< to train on
  model        ///< to use the model: parameters and buffers
};

/// Reads into a state of the same model and returns the position. Throws DamagedFile, before it touches the
/// state, when the file is not what was once written: any bit that has changed is found by the checksum,
/// which only checkpoints of earlier versions lack. Throws FileError for a file that is no checkpoint, or one
/// of another model, naming the first variable that differs and both shapes.
RunPosition load_checkpoint(const std::filesystem::path& path, State<float>& state,
                            Restore restore = Restore::everything);

}  // namespace gradus
