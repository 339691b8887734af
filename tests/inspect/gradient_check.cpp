// The gradient checker rejects what is wrong.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/examples.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// y = x³, whose VJP is told to be s 3x² ȳ.
struct Cube : Elementwise<1> {
  static constexpr Description description{"cube", "x", "x³"};
  double scale = 1;
  Attributes attributes() const { return {{"scale", scale}}; }
  Expr vjp(const Expr& y, const Expr& ybar) const { return ybar * (3 * scale) * square(y.input(0)); }
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.cube();
  }
};

/// The same, where only the derivative of the VJP is wrong: it treats 3x² as a constant.
struct FrozenCube : Elementwise<1> {
  static constexpr Description description{"frozen_cube", "x", "x³"};
  Expr vjp(const Expr& y, const Expr& ybar) const;
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.cube();
  }
};

struct FrozenSquare : Elementwise<1> {
  static constexpr Description description{"frozen_square", "x", "x²"};
  static constexpr bool flat = true;
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.square();
  }
};

Expr FrozenCube::vjp(const Expr& y, const Expr& ybar) const {
  return ybar * 3.0 * elementwise(FrozenSquare{}, {y.input(0)});
}

struct Subject {
  Graph graph;
  Expr x = graph.input("x", {batch, 2});
  Expr w = graph.parameter("w", {3}, filled_with(0));
  std::vector<Point> at;

  Subject() {
    at.push_back({x, Tensor<double>({2, 2})});
    at.push_back({w, Tensor<double>({3})});
    for (Index i = 0; i < 4; ++i) at[0].value[i] = 0.4 * static_cast<double>(i) - 0.7;
    for (Index i = 0; i < 3; ++i) at[1].value[i] = 1.3 - 0.8 * static_cast<double>(i);
  }

  Expr loss(const Cube& op) { return sum(elementwise(op, {x})) + sum(elementwise(op, {w}) * 2.0); }
};

GradientCheck first_order(double scale) {
  Subject s;
  return check_gradient(s.loss({{}, scale}), {s.x, s.w}, s.at);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(checker)

BOOST_AUTO_TEST_CASE(accepts_what_is_right) {
  const GradientCheck check = first_order(1);
  BOOST_TEST(check.passed);
  BOOST_TEST(check.error < 1e-10, to_string(check));
  Subject s;
  BOOST_TEST(check_second_gradient(s.loss({}), {s.x, s.w}, s.at).error < 1e-9);
}

BOOST_AUTO_TEST_CASE(rejects_a_wrong_sign) {
  const GradientCheck check = first_order(-1);
  BOOST_TEST(!check.passed);
  BOOST_TEST(check.error == 2, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(rejects_twice_the_gradient) {
  BOOST_TEST(!first_order(2));
  BOOST_TEST(!first_order(0.5));
}

BOOST_AUTO_TEST_CASE(rejects_one_percent_too_much_and_a_millionth) {
  BOOST_TEST(!first_order(1.01));
  BOOST_TEST(!first_order(1.000001));
}

BOOST_AUTO_TEST_CASE(rejects_zeros) {
  const GradientCheck check = first_order(0);
  BOOST_TEST(!check.passed);
  BOOST_TEST(check.error == 1);
}

BOOST_AUTO_TEST_CASE(rejects_what_is_not_a_number) { BOOST_TEST(!first_order(NAN)); }

BOOST_AUTO_TEST_CASE(rejects_a_wrong_second_derivative_though_the_first_is_right) {
  Subject s;
  const Expr loss = sum(elementwise(FrozenCube{}, {s.w}));
  BOOST_TEST(check_gradient(loss, {s.w}, s.at).passed);
  BOOST_TEST(!check_second_gradient(loss, {s.w}, s.at).passed);
}

BOOST_AUTO_TEST_CASE(rejects_one_wrong_element_among_many_larger_ones) {
  Graph graph;
  const Expr w = graph.parameter("w", {100}, filled_with(1));
  std::vector<double> scale(100, 1000.0);
  scale[7] = 1;
  std::vector<double> wrong = scale;
  wrong[7] = -1;
  const Expr loss = sum(w * graph.constant(scale, {100}));
  BOOST_TEST(check_gradient(loss, {w}, {graph.constant(scale, {100})}, {}).passed);
  const GradientCheck check = check_gradient(loss, {w}, {graph.constant(wrong, {100})}, {});
  BOOST_TEST(!check.passed);
  BOOST_TEST(check.of == "w");
  BOOST_TEST(check.position == 7);
  BOOST_TEST(check.derived == -1);
  BOOST_TEST(check.numeric == 1, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(says_where_and_what) {
  GradientCheck check;
  check.error = 2;
  check.tolerance = 1e-8;
  check.of = "w";
  check.position = 3;
  check.derived = -0.5;
  check.numeric = 0.5;
  BOOST_TEST(to_string(check) ==
             "largest relative error 2 (tolerance 1e-08) at 'w'[3]: derived -0.5, numeric 0.5");
}

BOOST_AUTO_TEST_CASE(refuses_to_move_what_is_no_leaf) {
  Subject s;
  const Expr y = square(s.w);
  const std::string message = message_of<GraphError>([&] { check_gradient(sum(y), {y}, s.at); });
  BOOST_TEST(message == "a gradient check moves inputs and variables; 'square' is neither, or has no value");
}

BOOST_AUTO_TEST_SUITE_END()
