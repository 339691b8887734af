#pragma once

#include <gradus/base/file.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sin.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/ops/sum.hpp>
#include <gradus/ops/tanh.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace gradus {

using test::says;

using Numbers = std::vector<double>;

/// How far, relative to it, an update in double may be from the one expected.
constexpr double update_tolerance = 1e-12;

/// What PyTorch makes of the problem below; see optimizers.py.
inline const nlohmann::json& reference() {
  static const auto json = nlohmann::json::parse(read_file(GRADUS_TEST_DATA "/reference/optimizers.json"));
  return json;
}

inline Initialiser given(Numbers values) {
  return {"given", [values = std::move(values)](std::span<double> to, const Extents&, std::uint64_t,
                                                std::uint64_t) { std::ranges::copy(values, to.begin()); }};
}

/// ½ Σᵢⱼ cᵢⱼ wᵢⱼ² + Σⱼ sin bⱼ + Σⱼ tanh(bⱼ Σᵢ wᵢⱼ), with w of shape 2 × 3 and b of shape 3.
struct Problem {
  Graph graph;
  Expr w = graph.parameter("w", {2, 3}, given(reference().at("start").at("w")));
  Expr b = graph.parameter("b", {3}, given(reference().at("start").at("b")));
  Expr loss = 0.5 * sum(graph.constant(reference().at("curvature").get<Numbers>(), {2, 3}) * square(w)) +
              sum(sin(b)) + sum(tanh(b * sum(w, std::vector<Index>{0})));
};

/// The problem's loss, by hand, of parameters written as w, row-major, and then b.
inline double loss_by_hand(const Numbers& p) {
  const auto c = reference().at("curvature").get<Numbers>();
  double loss = 0;
  for (std::size_t i = 0; i < 6; ++i) loss += 0.5 * c[i] * p[i] * p[i];
  for (std::size_t j = 0; j < 3; ++j) loss += std::sin(p[6 + j]) + std::tanh(p[6 + j] * (p[j] + p[3 + j]));
  return loss;
}

/// The gradient of the problem, by hand: ∂w = c w + b (1 − tanh² (b u)) and ∂b = cos b + u (1 − tanh² (b u)),
/// u = Σᵢ wᵢ. Both the parameters and their gradient are written as w, row-major, and then b.
inline Numbers gradient_by_hand(const Numbers& p) {
  const auto c = reference().at("curvature").get<Numbers>();
  Numbers g(9);
  for (std::size_t j = 0; j < 3; ++j) {
    const double b = p[6 + j];
    const double u = p[j] + p[3 + j];
    const double slope = 1 - std::tanh(b * u) * std::tanh(b * u);
    for (const std::size_t i : {j, 3 + j}) g[i] = c[i] * p[i] + b * slope;
    g[6 + j] = std::cos(b) + u * slope;
  }
  return g;
}

inline Numbers joined(Numbers w, const Numbers& b) {
  w.insert(w.end(), b.begin(), b.end());
  return w;
}

template <class Values>
Numbers numbers(const Values& values) {
  const auto span = values.span();
  return Numbers(span.begin(), span.end());
}

/// w and b of the problem, joined.
template <class Scalar>
Numbers parameters(const State<Scalar>& state) {
  return joined(numbers(state["w"]), numbers(state["b"]));
}

/// Every element within `tolerance` of what was expected, relative to it.
inline void check_close(const Numbers& got, const Numbers& expected, double tolerance) {
  BOOST_REQUIRE_EQUAL(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    BOOST_TEST(std::abs(got[i] - expected[i]) <= tolerance * std::abs(expected[i]),
               "element " << i << ": " << got[i] << " differs from " << expected[i] << " by "
                          << std::abs(got[i] - expected[i]));
}

}  // namespace gradus
