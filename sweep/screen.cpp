#include <gradus/base/table.hpp>
#include <gradus/sweep/screen.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace gradus::sweep {
namespace {

std::string percent(double accuracy) { return fmt::format("{:.2f} %", 100 * accuracy); }

std::size_t count_of(const std::vector<Trial>& trials, Ending ending) {
  return static_cast<std::size_t>(std::ranges::count(trials, ending, &Trial::ending));
}

std::string told_line(const Standing& now, std::size_t place, const Trial& trial) {
  const Score* score = trial.result();
  const std::string stopped = trial.ending == Ending::stopped && score != nullptr
                                  ? fmt::format("  stopped after epoch {}", score->epoch)
                                  : "";
  return fmt::format("{}/{}  {}  {}  {}{}\n", place, now.trials,
                     score != nullptr ? percent(score->accuracy) : std::string(word_of(trial.ending)),
                     trial.name, clock_text(trial.seconds), stopped);
}

}  // namespace

std::string endings_text(const std::vector<Trial>& trials) {
  std::vector<std::string> parts{fmt::format("{} done", count_of(trials, Ending::done))};
  for (const Ending ending : {Ending::stopped, Ending::diverged, Ending::refused})
    if (const std::size_t count = count_of(trials, ending); count > 0)
      parts.push_back(fmt::format("{} {}", count, word_of(ending)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> SweepScreen::lines(const Standing& now, Clock::time_point time,
                                            std::size_t width) const {
  const double seconds = std::chrono::duration<double>(time - start_).count();
  const std::size_t new_ones = now.done.size() - std::min(done_at_start_.value_or(0), now.done.size());
  std::string first = fmt::format("{} of {} trials: {}", now.done.size(), now.trials, endings_text(now.done));
  if (new_ones > 0 && seconds > 0) {
    const double each = seconds / static_cast<double>(new_ones);
    first += fmt::format("  {:.{}f} a minute  {} left", 60 / each, each > 0.6 ? 1 : 0,
                         clock_text(each * static_cast<double>(now.trials - now.done.size())));
  }
  std::vector<std::string> lines{first};
  if (const auto best = best_of(now.done, 1); !best.empty())
    lines.push_back(fmt::format("best  {}  {}", percent(best.front().result()->accuracy), best.front().name));
  for (const Running& trial : now.running) {
    const std::int64_t part = trial.iterations > 0 ? 100 * trial.iteration / trial.iterations : 0;
    lines.push_back(
        fmt::format("{:3} %  {:7}  {}", part, trial.accuracy ? percent(*trial.accuracy) : "", trial.name));
  }
  for (std::string& line : lines)
    if (line.size() > width) line.resize(width);
  return lines;
}

void SweepScreen::show(const Standing& now, Clock::time_point time) {
  if (!done_at_start_) {
    done_at_start_ = now.done.size();
    for (const Trial& trial : now.done) told_.push_back(trial.number);
  }
  std::string text;
  if (screen_.terminal) {
    if (drawn_ > 0) text = fmt::format("\x1b[{}A\r", drawn_);
    const auto shown = lines(now, time, screen_.width() - 1);
    for (const std::string& line : shown) text += line + "\x1b[K\n";
    text += "\x1b[J";
    drawn_ = shown.size();
  } else {
    for (const Trial& trial : now.done)
      if (std::ranges::find(told_, trial.number) == told_.end()) {
        told_.push_back(trial.number);
        text += told_line(now, told_.size(), trial);
      }
  }
  std::fwrite(text.data(), 1, text.size(), screen_.file);
  std::fflush(screen_.file);
}

std::string trials_table(const Plan& plan, const std::vector<Trial>& trials) {
  const std::vector<const Parameter*> varied = plan.space.varied();
  Values names;
  for (const Parameter* parameter : varied) names.each.emplace_back(parameter->name, "");
  std::vector<Row> rows{{"trial", "accuracy", "loss", "epoch"}};
  std::string legend;
  const std::vector<std::string> letters = short_names(names);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    rows.front().push_back(letters[i]);
    legend += fmt::format("{}{} {}", i == 0 ? "" : ", ", letters[i], varied[i]->name);
  }
  for (const Trial& trial : trials) {
    const Score* score = trial.result();
    if (score == nullptr) continue;
    Row row{fmt::format("{:04}", trial.number), percent(score->accuracy), fmt::format("{:.4f}", score->loss),
            fmt::to_string(score->epoch)};
    for (const Parameter* parameter : varied) {
      const std::string* text = trial.values.find(parameter->name);
      row.push_back(text != nullptr ? short_value(*text) : "");
    }
    rows.push_back(row);
  }
  return table_text(rows, 1) + (legend.empty() ? "" : legend + "\n");
}

}  // namespace gradus::sweep
