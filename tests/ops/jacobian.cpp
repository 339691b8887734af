// Jacobians against values worked out by hand, and against central differences.
#include <gradus/base/error.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/ops/hessian_vector.hpp>
#include <gradus/ops/jacobian.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

Tensor<double> tensor(const Extents& extents, const std::vector<double>& values) {
  Tensor<double> result(extents);
  std::ranges::copy(values, result.data());
  return result;
}

Tensor<double> value_of(const Expr& e, const std::vector<Point>& at) {
  return Runner<double>(e.graph(), {e}, at).run().front();
}

void check_close(const Tensor<double>& found, const Tensor<double>& expected) {
  BOOST_TEST(distance(found, expected) < 1e-12);
}

/// Compares every column of a Jacobian of one example with a central difference.
void check_differences(const Expr& y, const Expr& x, const Tensor<double>& at) {
  const Expr j = jacobian(y, x);
  const Tensor<double> found = value_of(j, {{x, at}});
  const Index columns = at.size();
  const Index rows = found.size() / columns;
  constexpr double h = 1e-6;
  for (Index column = 0; column < columns; ++column) {
    Tensor<double> more = at;
    Tensor<double> less = at;
    more[column] += h;
    less[column] -= h;
    const Tensor<double> up = value_of(y, {{x, more}});
    const Tensor<double> down = value_of(y, {{x, less}});
    for (Index row = 0; row < rows; ++row)
      BOOST_TEST(std::abs(found[row * columns + column] - (up[row] - down[row]) / (2 * h)) < 1e-8,
                 "row " << row << ", column " << column);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(jacobians)

BOOST_AUTO_TEST_CASE(softmax_is_diag_p_minus_p_pt) {
  Graph graph;
  const Expr z = graph.input("z", {3});
  const Expr p = softmax(z);
  const std::vector<Point> at{{z, tensor({3}, {1.0, -0.5, 0.25})}};
  const Tensor<double> probabilities = value_of(p, at);
  Tensor<double> expected(Extents{3, 3});
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j)
      expected[i * 3 + j] = (i == j ? probabilities[i] : 0) - probabilities[i] * probabilities[j];
  check_close(value_of(jacobian(p, z), at), expected);
  check_differences(p, z, at[0].value);
}

BOOST_AUTO_TEST_CASE(a_dense_layer) {
  Graph graph;
  const Expr x = graph.input("x", {1, 2});
  const Expr w = graph.input("w", {2, 3});
  const Expr b = graph.input("b", {3});
  const Expr z = matmul(x, w) + b;
  const std::vector<Point> at{
      {x, tensor({1, 2}, {5, 7})}, {w, tensor({2, 3}, {1, 2, 3, 4, 6, 8})}, {b, tensor({3}, {0, 1, 2})}};
  const Expr by_x = jacobian(z, x);
  const Expr by_w = jacobian(z, w);
  const Expr by_b = jacobian(z, b);
  BOOST_TEST((by_x.shape() == Shape{1, 3, 1, 2}));
  BOOST_TEST((by_w.shape() == Shape{1, 3, 2, 3}));
  BOOST_TEST((by_b.shape() == Shape{1, 3, 3}));
  // ∂z/∂x = Wᵀ, ∂z[j]/∂W[i, k] = x[i] where j = k, ∂z/∂b = I.
  check_close(value_of(by_x, {at[1]}), tensor({1, 3, 1, 2}, {1, 4, 2, 6, 3, 8}));
  check_close(value_of(by_w, {at[0]}),
              tensor({1, 3, 2, 3}, {5, 0, 0, 7, 0, 0, 0, 5, 0, 0, 7, 0, 0, 0, 5, 0, 0, 7}));
  check_close(value_of(by_b, {}), tensor({1, 3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}));
}

BOOST_AUTO_TEST_CASE(elementwise_is_diagonal) {
  Graph graph;
  const Expr x = graph.input("x", {2});
  const std::vector<Point> at{{x, tensor({2}, {0.3, -2.0})}};
  check_close(value_of(jacobian(square(x), x), at), tensor({2, 2}, {0.6, 0, 0, -4}));
  check_differences(sin(x) * exp(x), x, at[0].value);
}

BOOST_AUTO_TEST_CASE(each_example_has_its_block) {
  Graph graph;
  const Expr z = graph.input("z", {batch, 2});
  const Expr j = jacobian(softmax(z), z);
  BOOST_TEST((j.shape() == Shape{batch, 2, 2}));
  const double e = std::exp(1.0);
  const double q = e / ((1 + e) * (1 + e));
  check_close(value_of(j, {{z, tensor({2, 2}, {0, 0, 1, 0})}}),
              tensor({2, 2, 2}, {0.25, -0.25, -0.25, 0.25, q, -q, -q, q}));
}

BOOST_AUTO_TEST_CASE(a_scalar_by_a_batch_has_the_gradients_shape) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  const Expr j = jacobian(mean(square(x)), x);
  BOOST_TEST((j.shape() == Shape{batch, 2}));
  check_close(value_of(j, {{x, tensor({2, 2}, {1, 2, 3, 4})}}), tensor({2, 2}, {0.5, 1, 1.5, 2}));
}

BOOST_AUTO_TEST_CASE(a_jacobian_can_be_differentiated_again) {
  Graph graph;
  const Expr x = graph.input("x", {2});
  // f = (x₀² x₁, sin x₁): ∂²f₀ = ((2 x₁, 2 x₀), (2 x₀, 0)), ∂²f₁ = ((0, 0), (0, −sin x₁)).
  const Expr x0 = slice(x, 0, 0, 1);
  const Expr x1 = slice(x, 0, 1, 2);
  const Expr f = concatenate({square(x0) * x1, sin(x1)}, 0);
  const Expr second = jacobian(jacobian(f, x), x);
  BOOST_TEST((second.shape() == Shape{2, 2, 2}));
  check_close(value_of(second, {{x, tensor({2}, {3, 0.5})}}),
              tensor({2, 2, 2}, {1, 6, 6, 0, 0, 0, 0, -std::sin(0.5)}));
}

BOOST_AUTO_TEST_CASE(a_hessian_is_the_jacobian_of_the_gradient) {
  Graph graph;
  const Expr w = graph.input("w", {3});
  const Expr loss = sum(softplus(square(w)) * sin(w)) * sum(w);
  const Expr hessian = jacobian(gradients(loss, {w}).front(), w);
  const Expr v = graph.input("v", {3, 1});
  const Expr product = hessian_vector(loss, w, reshape(v, {3}));
  const std::vector<Point> at{{w, tensor({3}, {0.5, -1, 2})}, {v, tensor({3, 1}, {1, 2, -3})}};
  check_close(value_of(reshape(matmul(hessian, v), {3}), at), value_of(product, at));
}

BOOST_AUTO_TEST_CASE(mistakes) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  const Expr w = graph.parameter("w", {2, 2});
  const Expr y = matmul(x, w).named("y");
  BOOST_TEST(message_of<GraphError>([&] {
               jacobian(y, w);
             }).starts_with("'y' (batch, 2) has a batch axis and 'w' (2, 2)"));
  const Expr meeting = (x - mean(x, {0})).named("centred");
  BOOST_TEST(message_of<GraphError>([&] { jacobian(meeting, x); }).find("since examples meet") !=
             std::string::npos);
  BOOST_TEST(message_of<GraphError>([&] { jacobian(sum(square(w)), x); }).find("does not depend on") !=
             std::string::npos);
  const Expr large = graph.input("large", {5000});
  BOOST_TEST(message_of<ShapeError>([&] { jacobian(large * 2, large); }).find("5000 elements") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
