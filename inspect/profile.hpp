#pragma once

#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/graph/run/timeline.hpp>

#include <span>
#include <string>
#include <vector>

namespace gradus {

/// What something asks of a machine.
struct Work {
  double operations = 0;  ///< as Op::operations() counts them
  double bytes = 0;       ///< of the arrays in memory that are read and written, each counted once

  Work& operator+=(const Work& other) {
    operations += other.operations;
    bytes += other.bytes;
    return *this;
  }
};

/// What a stage asks for with a batch of this size. What stays within a tile is in no memory; a variable that
/// is updated where it lies is read and written.
Work work_of(const Stage& stage, const MemoryPlan& memory, Index batch, Index scalar_bytes);

/// What a stage is called: after the last of its values that others read.
struct StageName {
  const Node* node;
  std::string ops;  ///< "matmul", or those that compute in a tiled stage: "multiply ×2, add"
};
StageName name_of(const Stage& stage, const MemoryPlan& memory);

/// A run of a program with a batch of this size, in nanoseconds of the timeline's clock.
struct ProfiledRun {
  Index batch;
  std::int64_t begin;
  std::int64_t end;
};

/// Where the time of some runs went. Times are microseconds of the mean run, and of all threads together
/// where nothing else is said:
///
///     Σ stages + feeding + checking + waiting = threads · mean
struct Profile {
  struct OfStage {
    std::size_t stage;  ///< in the program's schedule
    double time = 0;
    double longest = 0;  ///< of the thread that took longest in each run
    Work work{};         ///< of the mean run
  };
  std::size_t runs = 0;
  std::size_t threads = 0;
  double median = 0;  ///< of one run, on the clock
  double mean = 0;
  std::vector<OfStage> stages;
  double feeding = 0;
  double checking = 0;
  double waiting = 0;  ///< for other threads, and between stages

  double part(double time) const { return time / (static_cast<double>(threads) * mean); }
};

/// The profile of all that a timeline holds, which are these runs, one after the other; at least one.
Profile profile(const Program<float>& program, const Timeline& timeline, std::span<const ProfiledRun> runs);

}  // namespace gradus
