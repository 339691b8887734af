#include "compare.hpp"

#include <algorithm>
#include <chrono>

namespace gradus::bench {
namespace {

double microseconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace

std::vector<double> interleaved_medians(const std::vector<Contender>& contenders, const Rounds& rounds) {
  for (const Contender& contender : contenders)
    for (int call = 0; call < rounds.calls; ++call) contender.run();

  std::vector<std::vector<double>> times(contenders.size());
  for (int round = 0; round < rounds.rounds; ++round) {
    for (std::size_t c = 0; c < contenders.size(); ++c) {
      contenders[c].run();
      for (int call = 0; call < rounds.calls; ++call) times[c].push_back(microseconds(contenders[c].run));
    }
  }
  std::vector<double> medians;
  for (auto& series : times) medians.push_back(median(std::move(series)));
  return medians;
}

}  // namespace gradus::bench
