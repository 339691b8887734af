#pragma once

#include <gradus/inspect/profile.hpp>

#include <algorithm>
#include <vector>

namespace gradus {

/// Writes down what a training loop did when, in some of its steps: behind a few that warm the machine up,
/// 200 or as many as there are.
class StepRecorder {
 public:
  /// What the thread of the loop does, as the stages of its timeline.
  enum Phase : std::size_t {
    batch,      ///< waits for, or makes, the next one
    step,       ///< runs the program
    metrics,    ///< measures splits and writes metrics.csv
    checkpoint  ///< writes one
  };

  static constexpr std::int64_t most = 200;
  static constexpr std::int64_t longest_warm_up = 20;

  /// For a loop that will take so many steps, with a program of so many threads. A tenth of the steps, 20 at
  /// most, warm up.
  StepRecorder(std::int64_t steps, int threads)
      : warm_up_(std::min(longest_warm_up, steps / 10)), program_(threads) {}

  /// Where to note the step under way; null where it is not measured.
  Timeline* program() { return measures() ? &program_ : nullptr; }
  Timeline* loop() { return measures() ? &loop_ : nullptr; }

  /// A step has ended, with all that comes after it.
  void end_step(Index batch);

  std::int64_t warm_up() const { return warm_up_; }
  const Timeline& stages() const { return program_; }
  const Timeline& phases() const { return loop_; }
  /// The steps measured.
  const std::vector<ProfiledRun>& runs() const { return runs_; }
  /// When the last of them ended, with all that came after it, on the timelines' clock.
  std::int64_t end() const { return end_; }
  /// Microseconds of the mean step, from its batch to what comes after it.
  double whole() const;
  /// Of it, in a phase.
  double in(Phase phase) const;

 private:
  bool measures();

  std::int64_t warm_up_;
  std::int64_t taken_ = 0;
  std::int64_t begin_ = 0;  ///< of the first step measured
  std::int64_t end_ = 0;
  Timeline program_;
  Timeline loop_{1};
  std::vector<ProfiledRun> runs_;
};

}  // namespace gradus
