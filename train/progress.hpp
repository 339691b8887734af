#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace gradus {

/// "0:07", "12:34" or "1:02:03".
std::string clock_text(double seconds);

/// Tells how far a training run is: a bar that is redrawn in place on a terminal, now and then a plain line
/// without control characters anywhere else, nothing at all when quiet.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// Redrawn at most this often on a terminal, ten times a second …
  static constexpr Clock::duration redraw_interval = std::chrono::milliseconds(100);
  /// … and a line at most this often elsewhere, so that a log stays readable.
  static constexpr Clock::duration line_interval = std::chrono::seconds(10);

  /// How long the run is.
  struct Settings {
    std::int64_t epochs = 1;
    std::int64_t iterations_per_epoch = 1;
    std::int64_t start_iteration = 0;  ///< iterations taken before this run: where it resumed
    bool quiet = false;
  };

  /// Where to.
  struct Screen {
    std::FILE* file = stderr;
    bool terminal = false;
    int columns = 0;  ///< of the terminal; 0 to ask it each time, so that it may be resized

    /// What a stream is connected to. A terminal that cannot move its cursor (TERM=dumb) is taken for a file.
    static Screen of(std::FILE* file);

    /// Of the terminal, 80 where it does not say.
    std::size_t width() const;
  };

  /// How far the run is.
  struct Point {
    std::int64_t epoch = 1;      ///< the one under way, 1 … epochs
    std::int64_t iteration = 0;  ///< taken so far, those before this run included
    std::int64_t images = 0;     ///< trained on by this run so far
    double loss = 0;
  };

  /// Throws ValueError for a run without epochs or iterations.
  Progress(const Settings& settings, const Screen& screen, Clock::time_point start = Clock::now());
  /// Finishes, so that what is said of an exception starts on a line of its own.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// To be called after each iteration. Costs a comparison as long as nothing is due.
  void update(const Point& point, Clock::time_point now = Clock::now()) {
    if (screen_.file == nullptr) return;
    point_ = point;
    now_ = now;
    if (now >= due_) draw();
  }

  /// Prints a line that stays, above the bar: an epoch's result.
  void line(std::string_view text);

  /// Takes the bar away, and leaves the cursor where it was. Nothing is drawn afterwards.
  void finish();

 private:
  void draw();
  std::string text() const;
  std::string bar_and_text() const;

  Settings settings_;
  Screen screen_;  ///< its file is null when there is nothing to draw on (any more)
  Clock::time_point start_;
  Clock::time_point due_;
  Clock::time_point now_;
  Point point_;
  bool drawn_ = false;  ///< a bar stands on the cursor's line
};

}  // namespace gradus
