#include <gradus/ops/detail/case_tools.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gradus {

Point leaf(Graph& graph, const std::string& name, const Shape& shape, Index batch_size, const Spread& spread,
           int salt) {
  std::vector<double> values;
  for (Index i = 0; i < shape.count(batch_size); ++i) {
    // Multiples of the golden ratio modulo 1 are spread evenly and never meet (Weyl 1916).
    const double turn = (static_cast<double>(i) + 1) / std::numbers::phi + 0.37 * salt;
    double value = spread.low + (spread.high - spread.low) * (turn - std::floor(turn));
    const double from_kink = value - spread.kink;
    if (std::abs(from_kink) < spread.gap)
      value = spread.kink + std::copysign(spread.gap, from_kink) + from_kink;
    values.push_back(value);
  }
  return leaf_of(graph, name, shape, batch_size, values);
}

Point leaf_of(Graph& graph, const std::string& name, const Shape& shape, Index batch_size,
              const std::vector<double>& values) {
  const Expr expr = shape.has_batch() ? graph.input(name, shape) : graph.parameter(name, shape);
  Tensor<double> tensor(shape.at(batch_size));
  std::ranges::copy(values, tensor.data());
  return {expr, std::move(tensor)};
}

}  // namespace gradus
