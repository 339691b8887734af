#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace gradus {

/// What a thread did, and when, in nanoseconds of the steady clock.
struct Interval {
  /// A stage of the program's schedule, or one of these.
  static constexpr std::size_t feeding = static_cast<std::size_t>(-1);   ///< inputs are copied in
  static constexpr std::size_t checking = static_cast<std::size_t>(-2);  ///< what was given is looked at

  std::size_t stage;
  std::int64_t begin;
  std::int64_t end;
};

/// What the threads of a program did in the runs that were told to write it down. Threads are numbered by
/// their share of the rows; the caller's own is 0.
class Timeline {
 public:
  explicit Timeline(int threads) : threads_(static_cast<std::size_t>(threads)) {}

  static std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  /// Each thread notes what it does itself.
  void note(int thread, const Interval& interval) {
    threads_[static_cast<std::size_t>(thread)].intervals.push_back(interval);
  }

  std::size_t threads() const { return threads_.size(); }

  /// Of one thread, one after the other.
  const std::vector<Interval>& of(std::size_t thread) const { return threads_[thread].intervals; }

 private:
  /// On cache lines of its own, so that threads do not wait for each other's notes.
  struct alignas(64) Thread {
    std::vector<Interval> intervals;
  };
  std::vector<Thread> threads_;
};

/// Notes how long it lives.
class Timed {
 public:
  Timed(Timeline* timeline, int thread, std::size_t stage)
      : timeline_(timeline),
        thread_(thread),
        interval_{stage, timeline == nullptr ? 0 : Timeline::now(), 0} {}
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() {
    if (timeline_ == nullptr) return;
    interval_.end = Timeline::now();
    timeline_->note(thread_, interval_);
  }

 private:
  Timeline* timeline_;
  int thread_;
  Interval interval_;
};

}  // namespace gradus
