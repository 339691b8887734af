#include <gradus/base/file.hpp>
#include <gradus/sweep/halving.hpp>
#include <gradus/train/metrics_log.hpp>

namespace gradus::sweep {

Rungs::Rungs(const Plan& plan, std::function<std::optional<Place>(std::size_t)> place_of)
    : halving_(plan.halving), ahead_(plan.ahead), place_of_(std::move(place_of)) {}

std::int64_t Rungs::share(std::int64_t epoch) const {
  if (!halving_) return 0;
  std::int64_t share = halving_->eta;
  for (std::int64_t rung = halving_->from; rung <= epoch; rung *= halving_->eta) {
    if (rung == epoch) return share;
    share *= halving_->eta;
  }
  return 0;
}

std::optional<double> Rungs::accuracy_of(std::size_t number, std::int64_t epoch) {
  const std::pair asked(number, epoch);
  if (const auto found = known_.find(asked); found != known_.end()) return found->second;
  const std::optional<Place> place = place_of_(number);
  if (!place || !file_exists(place->metrics)) return std::nullopt;
  for (const MetricsRow& row : read_metrics(place->metrics))
    if (row.split == "validation" && row.iteration == epoch * place->iterations_per_epoch)
      return known_[asked] = row.accuracy;
  return std::nullopt;
}

std::optional<bool> Rungs::goes_on(std::size_t number, std::int64_t epoch, double accuracy,
                                   const std::function<bool(std::size_t)>& has_ended) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::size_t compared = number - std::min(number, ahead_ - 1);
  std::int64_t better = 0;
  for (std::size_t other = 0; other < compared; ++other) {
    // One that ends meanwhile has written its metrics before: ask first whether it has ended.
    const bool ended = has_ended(other);
    const auto theirs = accuracy_of(other, epoch);
    if (!theirs && !ended) return std::nullopt;
    if (theirs && *theirs > accuracy) ++better;
  }
  return better == 0 ||
         static_cast<double>(better) * static_cast<double>(share(epoch)) < static_cast<double>(compared + 1);
}

}  // namespace gradus::sweep
