#include <gradus/base/error.hpp>
#include <gradus/graph/run/interpreter.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <boost/test/unit_test.hpp>

#include <utility>
#include <vector>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(interpreter)

BOOST_AUTO_TEST_CASE(computes_what_can_be_computed) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  const Expr missing = graph.input("missing", {2});
  const Expr w = graph.parameter("w", {2}, filled_with(3));
  const Expr product = x * w;
  const Expr nothing = product + missing;
  const State<double> state = initialise<double>(graph, 1);
  Interpreter<double> values(graph, 2);
  const std::vector<double> fed{1, 2, 3, 4};
  values.give(x.node(), fed);
  BOOST_TEST(!values.compute(product.node()));
  values.refer(state);
  values.compute_all();
  const std::vector<double> expected{3, 6, 9, 12};
  BOOST_TEST(values.find(product.node())->span() == expected, boost::test_tools::per_element());
  BOOST_TEST((values.find(nothing.node()) == nullptr));
  BOOST_TEST((values.find(missing.node()) == nullptr));
}

BOOST_AUTO_TEST_CASE(does_not_know_a_batch_that_nobody_said) {
  Graph graph;
  const Expr n = graph.batch_size();
  const Expr ones = graph.constant(1.0, {batch});
  const Expr two = graph.constant(2.0);
  Interpreter<double> values(graph, std::nullopt);
  values.compute_all();
  BOOST_TEST((values.find(n.node()) == nullptr));
  BOOST_TEST((values.find(ones.node()) == nullptr));
  BOOST_TEST((*values.find(two.node()))[0] == 2);
}

BOOST_AUTO_TEST_CASE(computes_anew_what_follows_from_a_node_that_moved) {
  Graph graph;
  const Expr x = graph.input("x", {2});
  const Expr y = sum(square(x));
  Interpreter<double> values(graph, std::nullopt);
  Tensor<double> moved(Extents{2});
  moved[0] = 3;
  moved[1] = 4;
  values.refer(x.node(), std::as_const(moved).view());
  values.compute_all();
  BOOST_TEST((*values.find(y.node()))[0] == 25);
  moved[1] = 0;
  BOOST_TEST(values.compute(y.node()));
  BOOST_TEST((*values.find(y.node()))[0] == 25);
  for (std::size_t id = 1; id < graph.size(); ++id) values.compute_again(graph.node(id));
  BOOST_TEST((*values.find(y.node()))[0] == 9);
}

BOOST_AUTO_TEST_CASE(takes_one_side_of_what_differs_in_training) {
  Graph graph;
  const Expr y = when_training(graph.constant(1.0), graph.constant(2.0));
  for (const auto& [mode, expected] : {std::pair(Mode::training, 1.0), {Mode::inference, 2.0}}) {
    Interpreter<double> values(graph, std::nullopt, mode);
    values.compute_all();
    BOOST_TEST((*values.find(y.node()))[0] == expected);
  }
}

BOOST_AUTO_TEST_CASE(has_no_value_for_a_variable_declared_after_the_state) {
  Graph graph;
  const Expr w = graph.parameter("w", {});
  const State<double> state = initialise<double>(graph, 1);
  const Expr later = graph.parameter("later", {});
  Interpreter<double> values(graph, std::nullopt);
  values.refer(state);
  BOOST_TEST((values.find(w.node()) != nullptr));
  BOOST_TEST((values.find(later.node()) == nullptr));
}

BOOST_AUTO_TEST_CASE(refuses_a_value_of_another_size) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  Interpreter<double> values(graph, 2);
  const std::vector<double> three{1, 2, 3};
  check_refused<ShapeError>([&] { values.give(x.node(), three); },
                            "'x' (batch, 2) was given 3 numbers, not 4");
}

BOOST_AUTO_TEST_SUITE_END()
