#include <gradus/base/error.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/study/spread.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradus {
namespace {

constexpr std::size_t late_lines = 5;

template <class Of>
Spread spread_over(const std::vector<const RunRecord*>& runs, const Of& of) {
  std::vector<double> values;
  for (const RunRecord* run : runs) values.push_back(of(*run));
  return Spread::of(values);
}

}  // namespace

Spread Spread::of(std::span<const double> values) {
  if (values.empty()) throw ValueError("a spread is of at least one run");
  const auto n = static_cast<double>(values.size());
  Spread spread;
  spread.runs = values.size();
  spread.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  if (values.size() > 1) spread.deviation = std::sqrt(squares / (n - 1));
  return spread;
}

std::string Spread::text() const {
  return runs > 1 ? fmt::format("{:.2f} ± {:.2f} %", mean, deviation) : fmt::format("{:.2f} %", mean);
}

bool differ(const Spread& one, const Spread& other) {
  if (one.runs < 2 || other.runs < 2) return false;
  const auto square = [](const Spread& spread) {
    return spread.deviation * spread.deviation / static_cast<double>(spread.runs);
  };
  return std::abs(one.mean - other.mean) > 2 * std::sqrt(square(one) + square(other));
}

std::string difference_text(const Spread& one, const Spread& other) {
  return fmt::format("{:+.2f} points{}", one.mean - other.mean,
                     differ(one, other)               ? ""
                     : one.runs > 1 && other.runs > 1 ? ", which is no difference beyond the runs' own wobble"
                                                      : ", of one run each, whose wobble is not known");
}

double late_accuracy(const RunRecord& run) {
  const std::vector<CurvePoint> points = per_iteration(run.rows, "validation", Quantity::accuracy);
  if (points.empty()) return final_accuracy(run, "validation");
  const std::size_t count = std::min(late_lines, points.size());
  double sum = 0;
  for (std::size_t i = points.size() - count; i < points.size(); ++i) sum += points[i].y;
  return sum / static_cast<double>(count);
}

Spread late_accuracies(const std::vector<const RunRecord*>& runs) { return spread_over(runs, late_accuracy); }

Spread final_accuracies(const std::vector<const RunRecord*>& runs, const char* split) {
  return spread_over(runs, [&](const RunRecord& run) { return final_accuracy(run, split); });
}

}  // namespace gradus
