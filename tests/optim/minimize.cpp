#include "problem.hpp"

#include <gradus/base/error.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/momentum.hpp>
#include <gradus/optim/rules/sgd.hpp>

#include <limits>

using namespace gradus;

namespace {

std::string location(int line) { return " (minimize.cpp:" + std::to_string(line) + ")"; }

/// A rule from outside of the library that needs the loss, and memory shared by all parameters: SGD
/// with the rate Σ loss / t, in which t counts updates.
struct ByLoss {
  static constexpr PartDescription description{"by-loss", "w ← w − (Σ loss / t) g"};

  void update(Slots& slots, Expr w, Expr g) const {
    const Expr rate = slots.once("rate", [&] {
      const Expr before = slots.shared("losses", 0);
      const Expr after = before + slots.loss();
      slots.assign(before, after);
      return after / slots.step();
    });
    slots.assign(w, w - rate * g);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(minimizing)

BOOST_AUTO_TEST_CASE(loss_must_be_a_scalar) {
  Problem problem;
  const Expr each = square(problem.b).named("each");
  const auto attempt = [&] { minimize(each, Sgd{}); };
  const int line = __LINE__ - 1;
  BOOST_CHECK_EXCEPTION(
      attempt(), GraphError,
      says("the loss 'each'" + location(line) +
           " has the shape (3), but only a scalar has gradients: reduce it with mean or sum"));
}

BOOST_AUTO_TEST_CASE(penalty_must_be_a_scalar) {
  Problem problem;
  MinimizeOptions options;
  options.penalty = square(problem.b).named("each");
  const auto attempt = [&] { minimize(problem.loss, Sgd{}, options); };
  const int line = __LINE__ - 1;
  BOOST_CHECK_EXCEPTION(
      attempt(), GraphError,
      says("the loss 'each'" + location(line) +
           " has the shape (3), but only a scalar has gradients: reduce it with mean or sum"));
}

BOOST_AUTO_TEST_CASE(there_must_be_parameters) {
  Graph graph;
  const Expr loss = square(graph.input("x", {})).named("loss");
  const auto attempt = [&] { minimize(loss, Sgd{}); };
  const int line = __LINE__ - 1;
  BOOST_CHECK_EXCEPTION(
      attempt(), GraphError,
      says("minimize" + location(line) + " has no parameters to train: the graph of 'loss' declares none"));
}

BOOST_AUTO_TEST_CASE(an_update_takes_at_least_one_batch) {
  Problem problem;
  MinimizeOptions options;
  options.accumulate = 0;
  BOOST_CHECK_EXCEPTION(minimize(problem.loss, Sgd{}, options), ValueError,
                        says("an update is made of at least 1 batch, not 0"));
  options.accumulate = -3;
  BOOST_CHECK_EXCEPTION(minimize(problem.loss, Sgd{}, options), ValueError,
                        says("an update is made of at least 1 batch, not -3"));
}

BOOST_AUTO_TEST_CASE(the_loss_must_depend_on_every_parameter) {
  for (const int accumulate : {1, 2}) {
    Problem problem;
    const Expr spare = problem.graph.parameter("spare", {2});
    problem.loss.named("loss");
    MinimizeOptions options;
    options.accumulate = accumulate;
    options.reduction = Reduction::sum;
    const auto attempt = [&] { minimize(problem.loss, Sgd{}, options); };
    const int line = __LINE__ - 1;
    const auto expected = says("'loss' does not depend on 'spare'" + location(line) +
                               ": no gradient flows back to it. Leave it out, or ask for Unused::zeros");
    BOOST_CHECK_EXCEPTION(attempt(), GraphError, expected);
    // A penalty does not hide it.
    options.penalty = sum(square(spare));
    BOOST_CHECK_EXCEPTION(attempt(), GraphError, expected);
  }
}

BOOST_AUTO_TEST_CASE(only_the_parameters_named_are_trained) {
  Problem problem;
  MinimizeOptions options;
  options.parameters = {problem.b};
  const auto program = compile<double>(problem.graph, {minimize(problem.loss, Sgd{}, options)});
  auto state = initialise<double>(problem.graph, 1);
  const Numbers before = parameters(state);
  const Numbers g = gradient_by_hand(before);
  program.run(state, {});
  const Numbers after = parameters(state);
  for (std::size_t i = 0; i < 6; ++i) BOOST_TEST(after[i] == before[i]);
  for (std::size_t i = 6; i < 9; ++i) check_close({after[i]}, {before[i] - 0.01 * g[i]}, update_tolerance);
}

BOOST_AUTO_TEST_CASE(a_penalty_joins_the_loss) {
  Problem problem;
  MinimizeOptions options;
  options.penalty = 0.5 * sum(square(problem.w));
  const auto program = compile<double>(problem.graph, {minimize(problem.loss, Sgd{}, options)});
  auto state = initialise<double>(problem.graph, 1);
  Numbers expected = parameters(state);
  for (int t = 0; t < 3; ++t) {
    Numbers g = gradient_by_hand(expected);
    for (std::size_t i = 0; i < 6; ++i) g[i] += expected[i];
    for (std::size_t i = 0; i < 9; ++i) expected[i] -= 0.01 * g[i];
    program.run(state, {});
    check_close(parameters(state), expected, update_tolerance);
  }
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_not_finite_changes_nothing) {
  Problem problem;
  const Expr weight = problem.graph.input("weight", {});
  const auto program = compile<double>(problem.graph, {minimize(weight * problem.loss, Momentum{})});
  auto state = initialise<double>(problem.graph, 1);
  program.run(state, {{weight, 1.0}});
  const Numbers before = parameters(state);
  const Numbers velocity = numbers(state["w/velocity"]);
  BOOST_CHECK_THROW(program.run(state, {{weight, std::nan("")}}), NumericError);
  BOOST_TEST(parameters(state) == before);
  BOOST_TEST(numbers(state["w/velocity"]) == velocity);
  BOOST_TEST(state.step == 1);
}

BOOST_AUTO_TEST_CASE(a_rule_of_the_user) {
  Problem problem;
  const auto program = compile<double>(problem.graph, {problem.loss, minimize(problem.loss, ByLoss{})});
  auto state = initialise<double>(problem.graph, 1);
  Numbers expected = parameters(state);
  double losses = 0;
  for (int t = 1; t <= 3; ++t) {
    const Numbers g = gradient_by_hand(expected);
    losses += program.run(state, {}).scalar(problem.loss);
    for (std::size_t i = 0; i < 9; ++i) expected[i] -= losses / t * g[i];
    check_close(parameters(state), expected, update_tolerance);
  }
  check_close({state["losses"][0]}, {losses}, update_tolerance);
}

BOOST_AUTO_TEST_CASE(two_steps_of_one_graph_live_in_scopes) {
  Problem problem;
  const auto step = [&](const char* scope, Expr parameter) {
    const auto guard = problem.graph.scope(scope);
    MinimizeOptions options;
    options.parameters = {parameter};
    return minimize(problem.loss, Adam{}, options);
  };
  const Expr of_w = step("outer", problem.w);
  const Expr of_b = step("inner", problem.b);
  const auto train_w = compile<double>(problem.graph, {of_w});
  const auto train_b = compile<double>(problem.graph, {of_b});
  auto state = initialise<double>(problem.graph, 1);
  state.set("outer/learning_rate", 0.5);
  const Numbers before = parameters(state);
  train_w.run(state, {});
  BOOST_TEST(numbers(state["b"]) == Numbers(before.begin() + 6, before.end()));
  BOOST_TEST(std::abs(state["w"][0] - before[0]) > 0.4);
  train_b.run(state, {});
  BOOST_TEST(std::abs(state["b"][0] - before[6]) < 0.0011);
  BOOST_TEST(state["inner/b/first_moment"][0] != 0);
  BOOST_TEST(state["outer/w/first_moment"][0] != 0);
}

BOOST_AUTO_TEST_CASE(a_loss_that_simplifies_to_the_parameter_itself_trains) {
  Graph graph;
  const Expr w = graph.parameter("w", {}, filled_with(1));
  const Expr step = minimize(1.0 * w, Sgd{.learning_rate = 0.25});
  const auto train = compile<double>(graph, {step});
  auto state = initialise<double>(graph, 1);
  train.run(state, {});
  train.run(state, {});
  BOOST_TEST(state["w"][0] == 0.5);
  state["w"][0] = std::numeric_limits<double>::infinity();
  BOOST_CHECK_THROW(train.run(state, {}), NumericError);
}

BOOST_AUTO_TEST_CASE(parameters_of_a_scope_are_not_named_twice) {
  Graph graph;
  {
    const auto guard = graph.scope("layer");
    const Expr w = graph.parameter("w", {}, filled_with(1));
    minimize(square(w), Momentum{});
  }
  BOOST_TEST(graph.contains("layer/w/velocity"));
  BOOST_TEST(graph.contains("layer/learning_rate"));
}

BOOST_AUTO_TEST_CASE(a_second_step_needs_a_scope) {
  Problem problem;
  minimize(problem.loss, Sgd{});
  const auto attempt = [&] { minimize(problem.loss, Sgd{}); };
  const int line = __LINE__ - 1;
  BOOST_CHECK_EXCEPTION(attempt(), NameError,
                        says("the name 'learning_rate'" + location(line) + " is taken by variable ()" +
                             location(line - 1) + ": give each its own name, or open a scope"));
}

BOOST_AUTO_TEST_SUITE_END()
