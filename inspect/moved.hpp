#pragma once

#include <gradus/graph/run/interpreter.hpp>
#include <gradus/inspect/gradient_check.hpp>

#include <utility>
#include <vector>

namespace gradus::detail {

/// Below this part of the largest element of a gradient, elements are compared with that part itself.
inline constexpr double gradient_floor = 1e-4;

/// A node and what its values are weighted with.
using Weighted = std::pair<const Node*, const Tensor<double>*>;

/// Σ ȳ y as a function of one node x: the nodes between are computed anew, all others are as recorded.
class Moved {
 public:
  Moved(const Node& x, const std::vector<Weighted>& outputs, const Recording& at);

  /// Whether everything that is read was recorded. Without that nothing can be moved.
  bool recorded() const { return recorded_; }

  /// One element of the gradient that was `derived`, beside the difference. Its error is not set. `scale`:
  /// what is small beside this need not be told from 0.
  CheckedElement check(Index position, double derived, double scale);

  /// The largest |ȳ y| of the recorded values.
  double largest_value() const;

 private:
  std::vector<double> compute();
  double change(const std::vector<double>& right, const std::vector<double>& left) const;

  Tensor<double> x_;
  std::vector<const Node*> between_;
  std::vector<const Node*> outputs_;
  std::vector<double> weights_;
  Interpreter<double> values_;
  bool recorded_ = false;
  std::vector<double> here_;
};

}  // namespace gradus::detail
