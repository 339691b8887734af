#pragma once

#include <gradus/data/dataset.hpp>
#include <gradus/sweep/folder.hpp>

#include <functional>

namespace gradus::sweep {

/// A trial under way in this process.
struct Running {
  std::string name;
  std::int64_t iteration = 0;
  std::int64_t iterations = 0;       ///< of the whole trial; 0 while it is being prepared
  std::optional<double> accuracy{};  ///< of its last line on validation, in [0, 1]
};

/// How far a sweep is.
struct Standing {
  std::size_t trials = 0;  ///< in all
  std::vector<Trial> done;
  std::vector<Running> running;  ///< in this process
};

/// How a sweep is run.
struct RunOptions {
  int at_once = 1;  ///< trials, of one thread each
  std::function<bool()> stop = [] {
    return false;
  };                                            ///< asked after each step of each trial, by several threads
  std::function<void(const Standing&)> told{};  ///< asked for ten times a second, on the caller's thread
};

/// Trains the trials of a sweep that have not ended yet, together with whoever else does, and returns how it
/// stands: complete, unless `stop` turned true. The images are shared; a trial's results are a function of
/// the plan and its number alone, to the bit, whatever runs beside it. A trial that was stopped or killed is
/// gone on with.
///
/// Throws what make_method(), TrainingLoop and SweepFolder do, and FileError for a trial's folder that was
/// trained with other settings; trials that diverge or cannot be are recorded
/// as such.
Standing run(const Plan& plan, const SweepFolder& folder, const data::TrainTest& data,
             const RunOptions& options);

}  // namespace gradus::sweep
