#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace gradus;

namespace {

Tensor<double> waves(const Extents& extents) {
  Tensor<double> result(extents);
  for (Index i = 0; i < result.size(); ++i) result[i] = std::sin(1.0 + 2.0 * static_cast<double>(i));
  return result;
}

/// All checks of a network, at the values it begins with.
std::vector<NumericCheck> checks_of(const std::string& activation, const std::string& loss) {
  static std::vector<std::unique_ptr<Graph>> graphs;
  graphs.push_back(std::make_unique<Graph>());
  Graph& graph = *graphs.back();
  const std::string layers = fmt::format("dense 5, {0}, dense 4, {0}, dense 3", activation);
  const Classifier model = classifier(graph, layers, {1, 8}, {.loss = loss, .l2 = 0.1});
  MinimizeOptions options;
  options.penalty = model.penalty;
  const Expr step = minimize(model.loss, Adam{}, options);
  State<double> state = initialise<double>(graph, 3);
  const Tensor<double> images = waves({4, 8});
  const std::vector<double> labels{0, 1, 2, 0};
  const Recording recording =
      record(graph, state, {Feed<double>{model.image, images}, Feed<double>{model.label, labels}}, step);
  return numeric_checks(graph, recording);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(numeric_check)

BOOST_AUTO_TEST_CASE(every_adjoint_of_a_network_agrees_with_differences) {
  for (const char* activation : {"sigmoid", "tanh", "relu", "gelu"})
    for (const char* loss : {"cross-entropy", "squared-error"}) {
      const std::vector<NumericCheck> checks = checks_of(activation, loss);
      BOOST_TEST(checks.size() > 25U);
      for (const NumericCheck& check : checks) {
        BOOST_TEST(std::ranges::none_of(check.elements, &CheckedElement::at_kink), check.adjoint->of->name());
        BOOST_TEST(check.error < 1e-7, activation << " " << loss << ": " << check.adjoint->of->name() << " "
                                                  << check.error << " " << sampling(check));
      }
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_derivative_shows) {
  // The adjoint that is recorded is three times the true one, its negative, or nothing.
  for (const double factor : {3.0, -1.0, 0.0}) {
    Graph graph;
    const Expr w = graph.parameter("w", {4}, filled_with(0.7));
    const Expr loss = sum(square(w));
    const Expr one = graph.constant(1.0);
    const Expr wrong = w * (2 * factor);
    graph.record({&loss.node(), &loss.node(), {{nullptr, 0, one}}, one});
    graph.record({&loss.node(), &w.node(), {}, wrong});
    State<double> state = initialise<double>(graph, 1);
    const Recording recording = record(graph, state, std::span<const Feed<double>>());
    const std::vector<NumericCheck> checks = numeric_checks(graph, recording);
    BOOST_TEST_REQUIRE(checks.size() == 2U);
    BOOST_TEST(checks[0].error == 0);
    BOOST_TEST(checks[1].error > 0.5);
    BOOST_TEST(checks[1].elements[2].numeric == 1.4, boost::test_tools::tolerance(1e-10));
    BOOST_TEST(checks[1].elements[2].derived == 1.4 * factor, boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(large_gradients_are_sampled) {
  Graph graph;
  const Expr w = graph.parameter("w", {1000}, uniform(1));
  gradients(sum(square(w)), {w});
  State<double> state = initialise<double>(graph, 1);
  const Recording recording = record(graph, state, std::span<const Feed<double>>());
  const auto of_w = [&](const Adjoint& adjoint) { return adjoint.of == &w.node(); };
  const std::vector<NumericCheck> checks = numeric_checks(graph, recording, of_w, {.elements = 4});
  BOOST_TEST_REQUIRE(checks.size() == 1U);
  BOOST_TEST(checks[0].elements.size() == 4U);
  BOOST_TEST(sampling(checks[0]) == "4 of 1000 elements, the largest and 3 spread evenly");
  double largest = 0;
  double seen = 0;
  for (const double value : state["w"].span()) largest = std::max(largest, std::abs(value));
  for (const CheckedElement& element : checks[0].elements) seen = std::max(seen, std::abs(element.derived));
  BOOST_TEST(seen == 2 * largest);
  BOOST_CHECK_THROW(numeric_checks(graph, recording, of_w, {.elements = 0}), Error);
}

BOOST_AUTO_TEST_CASE(a_kink_makes_the_difference_uncertain) {
  Graph graph;
  const Expr w = graph.parameter("w", {}, filled_with(0));
  gradients(abs(w), {w});
  State<double> state = initialise<double>(graph, 1);
  state["w"][0] = 1e-9;
  const Recording recording = record(graph, state, std::span<const Feed<double>>());
  const NumericCheck check = numeric_checks(graph, recording).back();
  BOOST_TEST(check.elements[0].numeric == 1, boost::test_tools::tolerance(1e-6));
  // At the kink itself no step is small enough: the slope of both sides together is 0.
  state["w"][0] = 0;
  const NumericCheck at_kink =
      numeric_checks(graph, record(graph, state, std::span<const Feed<double>>())).back();
  BOOST_TEST(at_kink.elements[0].numeric == 0);
  BOOST_TEST(!check.elements[0].at_kink());
  BOOST_TEST(at_kink.elements[0].at_kink());
  BOOST_TEST(at_kink.elements[0].left == -1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(at_kink.elements[0].right == 1, boost::test_tools::tolerance(1e-12));
}

// exp(max(w, 0)) has the slopes 0 and 1 at 0, and all between are subgradients.
BOOST_AUTO_TEST_CASE(at_a_kink_every_slope_between_both_sides_is_right) {
  for (const auto& [derived, error] :
       {std::pair{0.0, 0.0}, {0.3, 0.0}, {1.0, 0.0}, {2.0, 0.5}, {-1.0, 1.0}}) {
    Graph graph;
    const Expr w = graph.parameter("w", {}, filled_with(0));
    const Expr loss = exp(relu(w));
    const Expr one = graph.constant(1.0);
    graph.record({&loss.node(), &loss.node(), {{nullptr, 0, one}}, one});
    graph.record({&loss.node(), &w.node(), {}, graph.constant(derived)});
    State<double> state = initialise<double>(graph, 1);
    const std::vector<NumericCheck> checks =
        numeric_checks(graph, record(graph, state, std::span<const Feed<double>>()));
    BOOST_TEST_REQUIRE(checks.size() == 2U);
    const CheckedElement& element = checks[1].elements[0];
    BOOST_TEST(element.at_kink());
    BOOST_TEST(std::abs(element.left) < 1e-8);
    BOOST_TEST(std::abs(element.right - 1) < 1e-8);
    BOOST_TEST(std::abs(element.error - error) < 1e-8, derived << " " << element.error);
  }
}

BOOST_AUTO_TEST_CASE(a_loss_without_finite_values_around_has_no_difference) {
  Graph graph;
  const Expr w = graph.parameter("w", {}, filled_with(0));
  gradients(sqrt(w), {w});
  State<double> state = initialise<double>(graph, 1);
  const NumericCheck check =
      numeric_checks(graph, record(graph, state, std::span<const Feed<double>>())).back();
  BOOST_TEST(std::isnan(check.elements[0].numeric));
  BOOST_TEST(std::isnan(check.elements[0].error));
  BOOST_TEST(std::isnan(check.error));
}

BOOST_AUTO_TEST_CASE(derivatives_of_derivatives_are_checked_with_their_own_weights) {
  Graph graph;
  const Expr w = graph.parameter("w", {3}, uniform(1));
  const Expr v = graph.constant({1, -2, 3}, {3});
  hessian_vector(sum(exp(w) * square(w)), w, v);
  State<double> state = initialise<double>(graph, 1);
  const std::vector<NumericCheck> checks =
      numeric_checks(graph, record(graph, state, std::span<const Feed<double>>()));
  BOOST_TEST(checks.size() > 10U);
  for (const NumericCheck& check : checks) BOOST_TEST(check.error < 1e-8, check.adjoint->of->name());
}

BOOST_AUTO_TEST_CASE(what_was_not_recorded_is_not_checked) {
  Graph graph;
  const Expr w = graph.parameter("w", {3}, uniform(1));
  const Expr x = graph.input("x", {3});
  gradients(sum(w * x), {w});
  State<double> state = initialise<double>(graph, 1);
  BOOST_TEST(numeric_checks(graph, record(graph, state, std::span<const Feed<double>>())).empty());
}

BOOST_AUTO_TEST_SUITE_END()
