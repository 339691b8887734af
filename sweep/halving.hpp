#pragma once

#include <gradus/sweep/plan.hpp>

#include <functional>
#include <map>
#include <mutex>

namespace gradus::sweep {

/// Decides who is stopped, of what the metrics.csv of the trials before tell. Usable from several threads.
class Rungs {
 public:
  /// Where a trial's epochs are found.
  struct Place {
    std::filesystem::path metrics;
    std::int64_t iterations_per_epoch = 1;
  };

  /// `place_of` says it of a trial by its number, nothing of one that was refused.
  Rungs(const Plan& plan, std::function<std::optional<Place>(std::size_t)> place_of);

  /// One trial in so many goes on after this epoch: eta at the first rung, eta² at the second …; 0 where no
  /// trials are compared.
  std::int64_t share(std::int64_t epoch) const;

  /// Whether a trial with this accuracy after an epoch, a rung, goes on; nothing as long as one of those it
  /// is compared with is on its way there. `has_ended` says whether a trial has.
  std::optional<bool> goes_on(std::size_t number, std::int64_t epoch, double accuracy,
                              const std::function<bool(std::size_t)>& has_ended);

 private:
  /// The accuracy of another trial after an epoch, as its metrics.csv has it.
  std::optional<double> accuracy_of(std::size_t number, std::int64_t epoch);

  std::optional<Halving> halving_;
  std::size_t ahead_;
  std::function<std::optional<Place>(std::size_t)> place_of_;
  std::mutex mutex_;
  std::map<std::pair<std::size_t, std::int64_t>, double> known_;
};

}  // namespace gradus::sweep
