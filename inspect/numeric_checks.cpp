#include <gradus/base/error.hpp>
#include <gradus/inspect/moved.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace gradus {
namespace {

using detail::Moved;

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

NumericCheck compare(const Adjoint& adjoint, Moved& function, const Tensor<double>& gradient,
                     const NumericCheckOptions& options) {
  NumericCheck check{&adjoint, gradient.size(), {}, std::numeric_limits<double>::quiet_NaN()};
  double largest = 0;
  for (const double value : gradient.span()) largest = std::max(largest, std::abs(value));
  const double floor = detail::gradient_floor * largest;
  for (const Index position : sample(gradient, options.elements)) {
    CheckedElement element = function.check(position, gradient[position], floor);
    element.error = element.relative_error(floor);
    check.elements.push_back(element);
    check.error = std::fmax(check.error, element.error);  // which passes over NaN
  }
  return check;
}

}  // namespace

double CheckedElement::nearest() const {
  return at_kink() ? std::clamp(derived, std::min(left, right), std::max(left, right)) : numeric;
}

double CheckedElement::relative_error(double floor) const {
  const double difference = std::abs(derived - nearest());
  return difference == 0 ? 0 : difference / std::max({std::abs(derived), std::abs(nearest()), floor});
}

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
    const Tensor<double>* gradient = at.find(adjoint.total.node());
    const Tensor<double>* ybar = at.find(seed->total.node());
    if (!at.has(*adjoint.of) || gradient == nullptr || ybar == nullptr) continue;
    Moved function(*adjoint.of, {{adjoint.loss, ybar}}, at);
    if (function.recorded()) checks.push_back(compare(adjoint, function, *gradient, options));
  }
  return checks;
}

}  // namespace gradus
