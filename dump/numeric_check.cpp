#include <gradus/base/error.hpp>
#include <gradus/dump/numeric_check.hpp>
#include <gradus/graph/difference.hpp>
#include <gradus/graph/evaluate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace gradus {
namespace {

/// As in check_gradient(): below this part of the largest element, elements are compared with that part.
constexpr double gradient_floor = 1e-4;
constexpr double good_enough = 1e-8;
/// Slopes on both sides that are further apart, relatively, are those of a kink and not of rounding.
constexpr double kink_from = 1e-4;

/// y as a function of one node x: the nodes between, and the values of all others as they were recorded.
class Between {
 public:
  Between(const Node& x, const Node& y, const Recording& at) : x_(x), y_(y), at_(at), moved_(at.value(x)) {
    const Graph& graph = x.graph();
    std::vector<char> on_path(y.id() + 1, 0);
    on_path[x.id()] = 1;
    for (std::size_t id = x.id() + 1; id <= y.id(); ++id)
      for (const Node* input : graph.node(id).inputs()) on_path[id] |= on_path[input->id()];
    std::vector<char> read(y.id() + 1, 0);
    read[y.id()] = 1;
    for (std::size_t id = y.id(); id > x.id(); --id) {
      if (read[id] == 0 || on_path[id] == 0) continue;
      for (const Node* input : graph.node(id).inputs()) read[input->id()] = 1;
      nodes_.push_back(&graph.node(id));
    }
    std::ranges::reverse(nodes_);
  }

  bool recorded() const {
    return at_.has(y_) && std::ranges::all_of(nodes_, [&](const Node* node) {
             return std::ranges::all_of(node->inputs(), [&](const Node* input) { return at_.has(*input); });
           });
  }

  double& element(Index position) { return moved_[position]; }

  Tensor<double> compute() const {
    std::map<const Node*, Tensor<double>> now;
    const auto value = [&](const Node* node) -> const Tensor<double>& {
      if (node == &x_) return moved_;
      const auto found = now.find(node);
      return found != now.end() ? found->second : at_.value(*node);
    };
    for (const Node* node : nodes_) {
      std::vector<const Tensor<double>*> inputs;
      for (const Node* input : node->inputs()) inputs.push_back(&value(input));
      now.emplace(node, evaluate_once(node->op(), inputs, node->shape().at(at_.batch())));
    }
    return value(&y_);
  }

 private:
  const Node& x_;
  const Node& y_;
  const Recording& at_;
  Tensor<double> moved_;
  std::vector<const Node*> nodes_;
};

/// Σ ȳ (right − left), taken before the sum: what does not move then adds no noise.
double weighted_change(const Tensor<double>& ybar, const Tensor<double>& right, const Tensor<double>& left) {
  double sum = 0;
  for (Index i = 0; i < ybar.size(); ++i)
    if (ybar[i] != 0) sum += ybar[i] * (right[i] - left[i]);
  return sum;
}

/// A derivative by differences to both sides, and to each alone.
struct Slopes {
  Difference central;
  double left = 0;
  double right = 0;
};

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

Slopes slopes(Between& function, Index position, const Tensor<double>& here, const Tensor<double>& ybar,
              double scale) {
  double& x = function.element(position);
  const double before = x;
  std::array<double, 4> lefts{};
  std::array<double, 4> rights{};
  std::size_t taken = 0;
  const auto slope = [&](double h) {
    x = before + h;
    const double above = x;
    const Tensor<double> there = function.compute();
    x = before - h;
    const Tensor<double> back = function.compute();
    rights[taken] = weighted_change(ybar, there, here) / (above - before);
    lefts[taken++] = weighted_change(ybar, here, back) / (before - x);
    return weighted_change(ybar, there, back) / (above - x);
  };
  std::vector<double> steps;
  for (double part = 1e-2; part > 0.5e-7; part /= 10) steps.push_back(part * std::max(1.0, std::abs(before)));
  // A probability of 1e-12 cannot be moved by 1e-7.
  if (before != 0) steps.push_back(1e-2 * std::abs(before));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Slopes best{{nan, std::numeric_limits<double>::infinity()}, nan, nan};
  for (const double step : steps) {
    taken = 0;
    const Difference found = extrapolated_difference(step, slope);
    if (std::isfinite(found.slope) && found.uncertainty < best.central.uncertainty)
      best = {found, limit_of(lefts), limit_of(rights)};
    if (best.central.uncertainty <= good_enough * std::max(std::abs(best.central.slope), scale)) break;
  }
  x = before;
  const double apart = std::abs(best.right - best.left);
  const double size = std::max({std::abs(best.left), std::abs(best.right), scale});
  const bool kink = apart > kink_from * size && apart > 100 * best.central.uncertainty;
  if (!kink) best.left = best.right = best.central.slope;
  return best;
}

/// The largest element, and the others spread evenly; all where there are no more than that.
std::set<Index> sample(const Tensor<double>& gradient, Index most) {
  std::set<Index> positions;
  if (gradient.size() <= most) {
    for (Index i = 0; i < gradient.size(); ++i) positions.insert(i);
    return positions;
  }
  const auto smaller = [](double a, double b) { return std::abs(a) < std::abs(b); };
  positions.insert(std::ranges::max_element(gradient.span(), smaller) - gradient.span().begin());
  // Midpoints of equal stretches; the largest may be one of them.
  for (Index stretches = most - 1; static_cast<Index>(positions.size()) < most; ++stretches)
    for (Index i = 0; i < stretches && static_cast<Index>(positions.size()) < most; ++i)
      positions.insert((2 * i + 1) * gradient.size() / (2 * stretches));
  return positions;
}

NumericCheck compare(const Adjoint& adjoint, Between& function, const Tensor<double>& gradient,
                     const Tensor<double>& ybar, const NumericCheckOptions& options) {
  NumericCheck check{&adjoint, gradient.size(), {}, std::numeric_limits<double>::quiet_NaN()};
  const Tensor<double> here = function.compute();
  double largest = 0;
  for (const double value : gradient.span()) largest = std::max(largest, std::abs(value));
  for (const Index position : sample(gradient, options.elements)) {
    const auto [central, left, right] = slopes(function, position, here, ybar, gradient_floor * largest);
    CheckedElement element{position, gradient[position], central.slope, central.uncertainty, 0, left, right};
    const double derived = element.derived;
    const double nearest =
        element.at_kink() ? std::clamp(derived, std::min(left, right), std::max(left, right)) : central.slope;
    const double apart = std::abs(derived - nearest);
    const double size = std::max({std::abs(derived), std::abs(nearest), gradient_floor * largest});
    element.error = apart == 0 ? 0 : apart / size;
    check.elements.push_back(element);
    check.error = std::fmax(check.error, element.error);  // which passes over NaN
  }
  return check;
}

}  // namespace

std::string sampling(const NumericCheck& check) {
  const auto looked_at = static_cast<Index>(check.elements.size());
  if (looked_at == check.size)
    return check.size == 1 ? "its element" : fmt::format("all {} elements", check.size);
  if (looked_at == 1) return fmt::format("the largest of {} elements", check.size);
  return fmt::format("{} of {} elements, the largest and {} spread evenly", looked_at, check.size,
                     looked_at - 1);
}

std::vector<NumericCheck> numeric_checks(const Graph& graph, const Recording& at,
                                         const std::function<bool(const Adjoint&)>& wanted,
                                         const NumericCheckOptions& options) {
  if (options.elements < 1)
    throw ValueError(
        fmt::format("a check looks at 1 element or more of each gradient, not {}", options.elements));
  std::vector<NumericCheck> checks;
  const Adjoint* seed = nullptr;
  for (const Adjoint& adjoint : graph.adjoints()) {
    if (adjoint.of == adjoint.loss) seed = &adjoint;
    if (seed == nullptr || seed->loss != adjoint.loss || (wanted && !wanted(adjoint))) continue;
    if (!at.has(*adjoint.of) || !at.has(adjoint.total.node()) || !at.has(seed->total.node())) continue;
    Between function(*adjoint.of, *adjoint.loss, at);
    if (!function.recorded()) continue;
    checks.push_back(
        compare(adjoint, function, at.value(adjoint.total.node()), at.value(seed->total.node()), options));
  }
  return checks;
}

}  // namespace gradus
