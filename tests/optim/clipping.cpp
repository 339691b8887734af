#include "problem.hpp"

#include <gradus/base/error.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/optim/clip.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>

#include <functional>
#include <limits>

using namespace gradus;

namespace {

using Clip = std::function<Exprs(const Exprs& gradients, double limit)>;

/// The gradients of the problem after clipping.
Numbers clipped(const Clip& clip, double limit) {
  Problem problem;
  const Exprs g = clip(gradients(problem.loss, {problem.w, problem.b}), limit);
  const auto program = compile<double>(problem.graph, g);
  auto state = initialise<double>(problem.graph, 1);
  const auto results = program.run(state, {});
  return joined(numbers(results[g[0]]), numbers(results[g[1]]));
}

double norm(const Numbers& values) {
  double squares = 0;
  for (const double value : values) squares += value * value;
  return std::sqrt(squares);
}

Numbers start() { return joined(reference().at("start").at("w"), reference().at("start").at("b")); }

}  // namespace

BOOST_AUTO_TEST_SUITE(clipping)

BOOST_AUTO_TEST_CASE(by_value_agrees_with_pytorch) {
  BOOST_REQUIRE(reference().at("clip_value").size() >= 4);
  for (const auto& expected : reference().at("clip_value"))
    BOOST_TEST_CONTEXT("limit " << expected.at("limit"))
  check_close(clipped(clip_by_value, expected.at("limit")), joined(expected.at("w"), expected.at("b")),
              update_tolerance);
}

BOOST_AUTO_TEST_CASE(by_global_norm_agrees_with_pytorch) {
  BOOST_REQUIRE(reference().at("clip_norm").size() >= 4);
  for (const auto& expected : reference().at("clip_norm")) {
    BOOST_TEST_CONTEXT("limit " << expected.at("limit")) {
      const double limit = expected.at("limit");
      const double whole = expected.at("norm");
      Numbers theirs = joined(expected.at("w"), expected.at("b"));
      // PyTorch divides by ‖g‖ + 10⁻⁶.
      if (limit < whole)
        for (double& g : theirs) g *= (whole + 1e-6) / whole;
      const Numbers ours = clipped(clip_by_global_norm, limit);
      check_close(ours, theirs, update_tolerance);
      check_close({norm(ours)}, {std::min(limit, whole)}, update_tolerance);
    }
  }
}

BOOST_AUTO_TEST_CASE(both_clippings_happen_on_both_sides_of_their_limits) {
  const double whole = reference().at("clip_norm").at(0).at("norm");
  BOOST_TEST(reference().at("clip_norm").front().at("limit").get<double>() < whole);
  BOOST_TEST(reference().at("clip_norm").back().at("limit").get<double>() > whole);
  BOOST_TEST(clipped(clip_by_value, 100) == gradient_by_hand(start()),
             boost::test_tools::tolerance(update_tolerance) << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(zero_gradients_stay_zero) {
  for (const Clip& clip : {Clip(clip_by_value), Clip(clip_by_global_norm)}) {
    Graph graph;
    const Expr w = graph.parameter("w", {4});
    const Exprs g = clip(gradients(sum(square(w)), {w}), 0.5);
    for (const bool passes : {false, true}) {
      CompileOptions options;
      options.passes = passes;
      const auto program = compile<float>(graph, g, options);
      auto state = initialise<float>(graph, 1);
      const auto results = program.run(state, {});
      for (Index i = 0; i < 4; ++i) BOOST_TEST(results[g[0]][i] == 0.0F);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_step_clips_by_value_and_then_by_norm) {
  Problem problem;
  MinimizeOptions options;
  options.clip_value = 1.0;
  options.clip_norm = 0.25;
  const Expr step = minimize(problem.loss, Sgd{.learning_rate = 2.0}, options);
  const auto program = compile<double>(problem.graph, {step});
  auto state = initialise<double>(problem.graph, 1);
  Numbers expected = start();
  for (int t = 0; t < 3; ++t) {
    Numbers g = gradient_by_hand(expected);
    for (double& x : g) x = std::clamp(x, -1.0, 1.0);
    const double factor = std::min(1.0, 0.25 / norm(g));
    for (std::size_t i = 0; i < g.size(); ++i) expected[i] -= 2.0 * factor * g[i];
    program.run(state, {});
    check_close(parameters(state), expected, update_tolerance);
  }
}

BOOST_AUTO_TEST_CASE(a_step_from_the_minimum_stays_there) {
  Graph graph;
  const Expr w = graph.parameter("w", {3});
  MinimizeOptions options;
  options.clip_norm = 1.0;
  const auto program = compile<float>(graph, {minimize(sum(square(w)), Sgd{}, options)});
  auto state = initialise<float>(graph, 1);
  for (int t = 0; t < 3; ++t) program.run(state, {});
  for (Index i = 0; i < 3; ++i) BOOST_TEST(state["w"][i] == 0.0F);
}

BOOST_AUTO_TEST_CASE(impossible_limits) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [limit, text] : {std::pair{0.0, "0"}, {-1.5, "-1.5"}, {nan, "nan"}, {infinity, "inf"}}) {
    const auto message = says(std::string("gradients are clipped to a number above 0, not ") + text);
    Problem problem;
    const Exprs g = gradients(problem.loss, {problem.w});
    BOOST_CHECK_EXCEPTION(clip_by_value(g, limit), ValueError, message);
    BOOST_CHECK_EXCEPTION(clip_by_global_norm(g, limit), ValueError, message);
    MinimizeOptions by_value;
    by_value.clip_value = limit;
    BOOST_CHECK_EXCEPTION(minimize(problem.loss, Sgd{}, by_value), ValueError, message);
    MinimizeOptions by_norm;
    by_norm.clip_norm = limit;
    BOOST_CHECK_EXCEPTION(minimize(problem.loss, Sgd{}, by_norm), ValueError, message);
  }
}

BOOST_AUTO_TEST_SUITE_END()
