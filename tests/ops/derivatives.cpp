// x̄ = (∂y/∂x)ᵀ ȳ for every op, and the derivative of that.
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/examples.hpp>

#include <set>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(derivatives)

BOOST_AUTO_TEST_CASE(vjp_is_the_derivative_first_and_second_order) {
  for (const OpCheck& check : check_ops()) {
    BOOST_TEST(check.first.passed, check.op << ", first order: " << to_string(check.first));
    BOOST_TEST(check.second.passed, check.op << ", second order: " << to_string(check.second));
    BOOST_TEST(check.passed, check.op);
  }
}

// A case whose numeric derivative vanished everywhere would prove nothing about a VJP.
BOOST_AUTO_TEST_CASE(only_piecewise_constant_ops_have_no_derivative) {
  const std::set<std::string> flat{"argmax", "count", "dropout_mask", "floor", "greater", "one_hot", "sign"};
  for (const OpCheck& check : check_ops()) {
    const bool vanishes = check.first.derived == 0 && check.first.numeric == 0;
    BOOST_TEST(vanishes == flat.contains(check.op), check.op << ": " << to_string(check.first));
  }
}

BOOST_AUTO_TEST_CASE(piecewise_constant_ops_send_nothing_back) {
  for (const std::string op : {"argmax", "count", "dropout_mask", "floor", "greater", "one_hot", "sign"})
    for (const OpCase* op_case : cases_of(op)) {
      const Built built(*op_case);
      const Expr y = built.example.y;
      const Expr ybar = y.graph().constant(1.0, y.shape());
      for (std::size_t i = 0; i < y.inputs().size(); ++i)
        BOOST_TEST(!y.op().vjp(y, ybar, i), op << ": " << op_case->what);
    }
}

BOOST_AUTO_TEST_CASE(vjp_has_the_shape_of_the_input) {
  for_each_case([](const Built& built) {
    const Expr y = built.example.y;
    const Expr ybar = y.graph().constant(1.0, y.shape());
    for (std::size_t i = 0; i < y.inputs().size(); ++i)
      if (const Expr xbar = y.op().vjp(y, ybar, i)) BOOST_TEST((xbar.shape() == y.input(i).shape()));
  });
}

// At a kink or a tie, where no difference can say: the value the op's documentation gives.
BOOST_AUTO_TEST_CASE(at_kinks_the_derivative_is_as_documented) {
  const auto at = [](double x, const std::function<Expr(Expr)>& f) {
    Graph graph;
    const Expr leaf = graph.parameter("x", {}, filled_with(x));
    return Runner<double>(graph, gradients(f(leaf), {leaf}, Unused::zeros), {}).run()[0][0];
  };
  BOOST_TEST(at(0, [](Expr x) { return abs(x); }) == 0);
  BOOST_TEST(at(0, [](Expr x) { return relu(x); }) == 0);
  BOOST_TEST(at(0, [](Expr x) { return leaky_relu(x, 0.25); }) == 0.25);
  BOOST_TEST(at(0, [](Expr x) { return elu(x, 0.5); }) == 0.5);
  BOOST_TEST(at(1, [](Expr x) { return maximum(x, 1.0); }) == 0.5);
  BOOST_TEST(at(1, [](Expr x) { return minimum(x, 1.0); }) == 0.5);
  BOOST_TEST(at(1, [](Expr x) { return max(broadcast_to(x, {4}), 0); }) == 1);
}

BOOST_AUTO_TEST_CASE(high_derivatives_of_whole_powers_at_zero_are_finite) {
  Graph graph;
  const Expr x = graph.parameter("x", {}, filled_with(0));
  Expr d = power(x, 2);
  CompileOptions options;
  options.passes = false;
  for (const double expected : {0.0, 2.0, 0.0}) {
    d = gradients(d, {x}, Unused::zeros).front();
    BOOST_TEST(Runner<double>(graph, {d}, {}, options).run()[0][0] == expected);
  }
}

BOOST_AUTO_TEST_SUITE_END()
