#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/train/progress.hpp>

namespace gradus {
namespace {

constexpr std::string_view erase_line = "\r\x1b[K";
constexpr std::size_t widest_bar = 40;
constexpr std::size_t narrowest_bar = 8;

void write(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(seconds + 0.5);
  const std::int64_t hours = whole / 3600;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

Progress::Screen Progress::Screen::of(std::FILE* file) {
  const char* term = std::getenv("TERM");
  const bool moves = term != nullptr && std::string_view(term) != "dumb";
  return {file, moves && ::isatty(::fileno(file)) == 1, 0};
}

std::size_t Progress::Screen::width() const {
  if (columns > 0) return static_cast<std::size_t>(columns);
  return terminal_width(file);
}

Progress::Progress(const Settings& settings, const Screen& screen, Clock::time_point start)
    : settings_(settings),
      screen_(screen),
      start_(start),
      due_(screen.terminal ? start : start + line_interval),
      now_(start) {
  if (settings.epochs < 1 || settings.iterations_per_epoch < 1)
    throw ValueError(fmt::format("a run has at least one epoch of one iteration, not {} of {}",
                                 settings.epochs, settings.iterations_per_epoch));
  if (settings.quiet) screen_.file = nullptr;
}

Progress::~Progress() { finish(); }

/// "epoch 2/15  iteration  902/11730  loss 0.1234  0:42 left  51234 images/s".
std::string Progress::text() const {
  const std::int64_t total = settings_.epochs * settings_.iterations_per_epoch;
  const std::int64_t done = point_.iteration - settings_.start_iteration;
  const double seconds = std::chrono::duration<double>(now_ - start_).count();
  std::string result =
      fmt::format("epoch {}/{}  iteration {:{}}/{}  loss {:#.4g}", point_.epoch, settings_.epochs,
                  point_.iteration, fmt::formatted_size("{}", total), total, point_.loss);
  if (done > 0 && seconds > 0) {
    const auto left = static_cast<double>(std::max<std::int64_t>(0, total - point_.iteration));
    result +=
        fmt::format("  {} left  {:.0f} images/s", clock_text(seconds * left / static_cast<double>(done)),
                    static_cast<double>(point_.images) / seconds);
  }
  return result;
}

/// The bar takes the room that the text leaves, and goes where there is too little.
std::string Progress::bar_and_text() const {
  // A character in the last column makes some terminals begin a new line.
  const std::size_t room = screen_.width() - 1;
  const std::string about = text();
  constexpr std::size_t around = 4;  // "[", "]" and two spaces
  if (about.size() + around + narrowest_bar > room) return about.substr(0, room);

  const std::size_t width = std::min(widest_bar, room - about.size() - around);
  const double total = static_cast<double>(settings_.epochs * settings_.iterations_per_epoch);
  const double part = std::clamp(static_cast<double>(point_.iteration) / total, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(part * static_cast<double>(width));
  std::string bar(full, '=');
  if (full < width) bar += '>';
  bar.resize(width, ' ');
  return fmt::format("[{}]  {}", bar, about);
}

void Progress::draw() {
  if (screen_.terminal) {
    write(screen_.file, fmt::format("{}{}", erase_line, bar_and_text()));
    drawn_ = true;
    due_ = now_ + redraw_interval;
  } else {
    write(screen_.file, text() + '\n');
    due_ = now_ + line_interval;
  }
}

void Progress::line(std::string_view text) {
  if (screen_.file == nullptr) return;
  write(screen_.file, fmt::format("{}{}\n", drawn_ ? erase_line : "", text));
  if (drawn_) draw();
}

void Progress::finish() {
  if (screen_.file != nullptr && drawn_) write(screen_.file, erase_line);
  screen_.file = nullptr;
}

}  // namespace gradus
