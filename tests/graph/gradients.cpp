// Reverse mode: how derivatives come together, and derivatives of derivatives.
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

double value(const Graph& graph, Expr scalar) { return Runner<double>(graph, {scalar}, {}).run()[0][0]; }

const Adjoint& adjoint_of(const Graph& graph, Expr x) {
  const auto found = std::ranges::find(graph.adjoints(), &x.node(), &Adjoint::of);
  BOOST_REQUIRE((found != graph.adjoints().end()));
  return *found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reverse_mode)

BOOST_AUTO_TEST_CASE(several_uses_are_summed_in_one_place) {
  Graph g;
  const Expr x = g.parameter("x", {}, filled_with(3));
  const Expr y = square(x) + exp(x) * x;
  const Expr d = gradients(y, {x}).front();
  BOOST_TEST(as<Accumulate>(d) != nullptr);
  BOOST_TEST(d.inputs().size() == 3U);
  BOOST_TEST(value(g, d) == 6 + std::exp(3) * (1 + 3), boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_the_parameter_itself) {
  Graph g;
  const Expr x = g.parameter("x", {}, filled_with(3));
  BOOST_TEST(value(g, gradients(x, {x}).front()) == 1);
}

BOOST_AUTO_TEST_CASE(broadcasts_are_undone_to_the_shape_of_the_parameter) {
  Graph g;
  const Expr x = g.input("x", {batch, 3});
  const Expr bias = g.parameter("bias", {3});
  const Expr column = g.parameter("column", {1, 3});
  const Expr scale = g.parameter("scale", {});
  const Exprs d = gradients(sum((x + bias + column) * scale), {bias, column, scale});
  BOOST_TEST((d[0].shape() == Shape{3}));
  BOOST_TEST((d[1].shape() == Shape{1, 3}));
  BOOST_TEST((d[2].shape() == Shape{}));
}

BOOST_AUTO_TEST_CASE(contributions_are_recorded) {
  Graph g;
  const Expr x = g.parameter("x", {}, filled_with(2));
  const Expr a = square(x);
  const Expr b = exp(x);
  const Expr loss = (a + b).named("loss");
  const Expr d = gradients(loss, {x}).front();
  const Adjoint& adjoint = adjoint_of(g, x);
  BOOST_TEST((adjoint.loss == &loss.node()));
  BOOST_TEST((adjoint.total == d));
  BOOST_TEST(adjoint.contributions.size() == 2U);
  for (const Contribution& contribution : adjoint.contributions) {
    BOOST_TEST((contribution.use == &a.node() || contribution.use == &b.node()));
    BOOST_TEST(contribution.input == 0U);
  }
  BOOST_TEST((adjoint_of(g, a).contributions.front().use == &loss.node()));
}

BOOST_AUTO_TEST_CASE(every_backward_node_names_the_node_whose_vjp_made_it) {
  Graph g;
  const Expr x = g.parameter("x", {2, 2});
  const Expr y = matmul(x, tanh(x)).named("product");
  const std::size_t declared = g.size();
  gradients(sum(y), {x});
  std::size_t derived = 0;
  for (std::size_t id = declared; id < g.size(); ++id) {
    const Node& node = g.node(id);
    if (node.name() == "sum") continue;
    BOOST_TEST((node.section() == Section::backward), node.name());
    BOOST_TEST(g.contains(node.origin().of), node.name());
    BOOST_TEST(node.scope() == "backward/" + node.origin().of);
    if (node.origin().vjp_input) ++derived;
  }
  BOOST_TEST(derived > 4U);
  BOOST_TEST(g.find("backward/product/matmul").node().origin().of == "product");
  BOOST_TEST(*g.find("backward/product/matmul_2").node().origin().vjp_input == 1U);
}

BOOST_AUTO_TEST_CASE(origins_last_through_the_passes) {
  Graph g;
  const Expr x = g.parameter("x", {2, 2}, filled_with(0.3));
  const Expr loss = sum(tanh(x).named("activation"));
  const auto program = compile<double>(g, gradients(loss, {x}));
  bool found = false;
  const Graph& lowered = *program.lowered().graph;
  for (std::size_t id = 0; id < lowered.size(); ++id)
    if (lowered.node(id).origin().of == "activation") found = true;
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(zeros_on_request) {
  Graph g;
  const Expr w = g.parameter("w", {2}, filled_with(1));
  const Expr v = g.parameter("v", {3}, filled_with(1));
  const Exprs d = gradients(sum(w), {w, v}, Unused::zeros);
  const auto values = Runner<double>(g, d, {}).run();
  BOOST_TEST(values[0].span() == (std::vector<double>{1, 1}), boost::test_tools::per_element());
  BOOST_TEST(values[1].span() == (std::vector<double>{0, 0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(third_derivative) {
  Graph g;
  const Expr x = g.parameter("x", {}, filled_with(0.7));
  Expr d = sigmoid(x);
  for (int order = 0; order < 3; ++order) d = gradients(d, {x}).front();
  const double s = 1 / (1 + std::exp(-0.7));
  BOOST_TEST(value(g, d) == s * (1 - s) * (1 - 6 * s + 6 * s * s), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(hessian_vector_of_a_quadratic) {
  // f = ½ wᵀ A w with a symmetric A has the Hessian A.
  Graph g;
  const std::vector<double> a{4, 1, -2, 1, 3, 0.5, -2, 0.5, 5};
  const Expr w = g.parameter("w", {3, 1}, filled_with(0.9));
  const Expr matrix = g.constant(a, {3, 3});
  const Expr loss = sum(matmul(w, matmul(matrix, w), {true, false})) * 0.5;
  for (std::size_t column = 0; column < 3; ++column) {
    std::vector<double> unit(3, 0.0);
    unit[column] = 1;
    const Expr hv = hessian_vector(loss, w, g.constant(unit, {3, 1}));
    const auto product = Runner<double>(g, {hv}, {}).run()[0];
    for (Index row = 0; row < 3; ++row)
      BOOST_TEST(product[row] == a[static_cast<std::size_t>(row) * 3 + column],
                 boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(a_small_network_first_and_second_order_with_and_without_passes) {
  for (const bool passes : {false, true}) {
    Graph g;
    const Expr x = g.input("x", {batch, 3});
    const Expr t = g.input("t", {batch, 2});
    const Expr w = g.parameter("w", {3, 4});
    const Expr v = g.parameter("v", {4, 2});
    const Expr b = g.parameter("b", {2});
    const Expr logits = matmul(tanh(matmul(x, w)), v) + b;
    const Expr loss = mean(cross_entropy(softmax(logits), t)) + l2_penalty({w, v}, 0.01);
    std::vector<Point> at;
    for (const Expr& leaf : {x, t, w, v, b}) {
      Tensor<double> values(leaf.shape().at(3));
      for (Index i = 0; i < values.size(); ++i)
        values[i] = 0.5 + 0.45 * std::sin(static_cast<double>(7 * i + 1));
      at.push_back({leaf, values});
    }
    GradientCheckOptions options;
    options.passes = passes;
    const GradientCheck first = check_gradient(loss, {x, t, w, v, b}, at, options);
    BOOST_TEST(first.passed, to_string(first));
    options.tolerance = 1e-7;
    const GradientCheck second = check_second_gradient(loss, {x, t, w, v, b}, at, options);
    BOOST_TEST(second.passed, to_string(second));
  }
}

BOOST_AUTO_TEST_SUITE_END()
