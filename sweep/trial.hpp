#pragma once

#include <gradus/sweep/space.hpp>
#include <gradus/train/metrics_log.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus {
class JsonValue;
}

namespace gradus::sweep {

/// How a trial ended.
enum class Ending {
  done,      ///< after its last epoch
  stopped,   ///< by halving, as one of the worse
  diverged,  ///< its loss, or a gradient, was no longer finite
  refused,   ///< no network or run can be as its values say
};

/// A line of metrics.csv of the validation split.
struct Score {
  std::int64_t iteration = 0;
  std::int64_t epoch = 0;
  double loss = 0;
  double accuracy = 0;  ///< in [0, 1]

  friend bool operator==(const Score&, const Score&) = default;
};

/// "done", "stopped" …
std::string_view word_of(Ending ending);

/// A trial that has ended, one line of trials.jsonl.
struct Trial {
  std::size_t number = 0;
  std::string name;  ///< of its folder
  Values values;
  Ending ending = Ending::done;
  std::string message;  ///< why it did not come to its end
  std::optional<Score> best;
  std::optional<Score> last;
  bool keeps_best = false;  ///< which of the two its weights are of
  std::int64_t parameters = 0;
  double seconds = 0;  ///< since it began or was gone on with last, what it waited for others included

  /// What the trial is judged by: the score of its weights, of one that was stopped as far as it came. Null
  /// where it diverged or was refused.
  const Score* result() const;

  /// Sets best and last by the lines of metrics.csv.
  void take_scores(const std::vector<MetricsRow>& rows);

  friend bool operator==(const Trial&, const Trial&) = default;
};

/// Whether a trial came to more than another: by accuracy, then by loss, then the earlier one is. One without
/// a result comes last.
bool is_better(const Trial& trial, const Trial& other);

/// The best by is_better() of those that came to their end, best first, `most` at most.
std::vector<Trial> best_of(std::vector<Trial> trials, std::size_t most);

void to_json(nlohmann::json& json, const Trial& trial);
/// Throws FileError for fields that are missing or of the wrong type.
Trial trial_from_json(const JsonValue& json);

}  // namespace gradus::sweep
