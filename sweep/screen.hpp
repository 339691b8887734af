#pragma once

#include <gradus/sweep/run.hpp>
#include <gradus/train/progress.hpp>

namespace gradus::sweep {

/// Shows how a sweep goes: on a terminal a few lines that are redrawn, elsewhere a line for each trial that
/// has ended.
class SweepScreen {
 public:
  using Clock = Progress::Clock;

  explicit SweepScreen(const Progress::Screen& screen, Clock::time_point start = Clock::now())
      : screen_(screen), start_(start) {}

  void show(const Standing& now, Clock::time_point time = Clock::now());

  /// The lines of a terminal, each of at most `width` columns.
  std::vector<std::string> lines(const Standing& now, Clock::time_point time, std::size_t width) const;

 private:
  Progress::Screen screen_;
  Clock::time_point start_;
  std::optional<std::size_t> done_at_start_;
  std::vector<std::size_t> told_;  ///< the numbers of the trials that have a line
  std::size_t drawn_ = 0;          ///< lines that stand above the cursor
};

/// "97 done, 2 diverged, 1 refused".
std::string endings_text(const std::vector<Trial>& trials);

/// The first trials as a table: number, accuracy, loss and epoch on validation of each one's weights, and
/// what varies under the letters that its names have, with what those stand for below; the others are left
/// out.
std::string trials_table(const Plan& plan, const std::vector<Trial>& trials);

}  // namespace gradus::sweep
