#include <gradus/inspect/difference.hpp>
#include <gradus/inspect/moved.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace gradus::detail {
namespace {

constexpr double good_enough = 1e-8;
/// Slopes on both sides that are further apart, relatively, are those of a kink and not of rounding.
constexpr double kink_from = 1e-4;

/// The limit of one-sided slopes at four steps, each half of the one before. Their errors are series in h.
double limit_of(std::array<double, 4> slope) {
  double power = 1;
  for (std::size_t round = 1; round < slope.size(); ++round) {
    power *= 2;
    for (std::size_t s = 0; s + round < slope.size(); ++s)
      slope[s] = (power * slope[s + 1] - slope[s]) / (power - 1);
  }
  return slope[0];
}

}  // namespace

Moved::Moved(const Node& x, const std::vector<Weighted>& outputs, const Recording& at)
    : x_(at.value(x)), values_(x.graph(), at.batch(), at.mode()) {
  const Graph& graph = x.graph();
  std::size_t last = x.id();
  for (const auto& [y, weights] : outputs) {
    last = std::max(last, y->id());
    outputs_.push_back(y);
    weights_.insert(weights_.end(), weights->span().begin(), weights->span().end());
  }
  std::vector<char> on_path(last + 1, 0);
  on_path[x.id()] = 1;
  for (std::size_t id = x.id() + 1; id <= last; ++id)
    for (const Node* input : graph.node(id).inputs()) on_path[id] |= on_path[input->id()];
  std::vector<char> read(last + 1, 0);
  for (const Node* y : outputs_) read[y->id()] = 1;
  for (std::size_t id = last; id > x.id(); --id) {
    if (read[id] == 0 || on_path[id] == 0) continue;
    for (const Node* input : graph.node(id).inputs()) read[input->id()] = 1;
    between_.push_back(&graph.node(id));
  }
  std::ranges::reverse(between_);
  for (std::size_t id = 0; id <= last; ++id) {
    if (read[id] == 0) continue;
    const Tensor<double>* value = at.find(graph.node(id));
    if (value == nullptr) return;
    values_.refer(graph.node(id), value->view());
  }
  values_.refer(x, std::as_const(x_).view());
  recorded_ = true;
  here_ = compute();
}

std::vector<double> Moved::compute() {
  for (const Node* node : between_) values_.compute_again(*node);
  std::vector<double> result;
  result.reserve(weights_.size());
  for (const Node* y : outputs_) {
    const auto values = values_.find(*y)->span();
    result.insert(result.end(), values.begin(), values.end());
  }
  return result;
}

/// Σ ȳ (right − left), taken before the sum: what does not move then adds no noise.
double Moved::change(const std::vector<double>& right, const std::vector<double>& left) const {
  double sum = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i)
    if (weights_[i] != 0) sum += weights_[i] * (right[i] - left[i]);
  return sum;
}

double Moved::largest_value() const {
  double largest = 0;
  for (std::size_t i = 0; i < weights_.size(); ++i)
    largest = std::max(largest, std::abs(weights_[i] * here_[i]));
  return largest;
}

CheckedElement Moved::check(Index position, double derived, double scale) {
  double& x = x_[position];
  const double before = x;
  std::array<double, 4> lefts{};
  std::array<double, 4> rights{};
  std::size_t taken = 0;
  const auto slope = [&](double h) {
    x = before + h;
    const double above = x;
    const std::vector<double> there = compute();
    x = before - h;
    const std::vector<double> back = compute();
    rights[taken] = change(there, here_) / (above - before);
    lefts[taken++] = change(here_, back) / (before - x);
    return change(there, back) / (above - x);
  };
  std::vector<double> steps;
  for (double part = 1e-2; part > 0.5e-7; part /= 10) steps.push_back(part * std::max(1.0, std::abs(before)));
  // A probability of 1e-12 cannot be moved by 1e-7.
  if (before != 0) steps.push_back(1e-2 * std::abs(before));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  CheckedElement best{position, derived, nan, std::numeric_limits<double>::infinity(), 0, nan, nan};
  for (const double step : steps) {
    taken = 0;
    const Difference found = extrapolated_difference(step, slope);
    if (std::isfinite(found.slope) && found.uncertainty < best.uncertainty) {
      best.numeric = found.slope;
      best.uncertainty = found.uncertainty;
      best.left = limit_of(lefts);
      best.right = limit_of(rights);
    }
    if (best.uncertainty <= good_enough * std::max(std::abs(best.numeric), scale)) break;
  }
  x = before;
  const double slope_gap = std::abs(best.right - best.left);
  const double size = std::max({std::abs(best.left), std::abs(best.right), scale});
  const bool kink = slope_gap > kink_from * size && slope_gap > 100 * best.uncertainty;
  if (!kink) best.left = best.right = best.numeric;
  return best;
}

}  // namespace gradus::detail
