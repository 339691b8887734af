#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/ops/concatenate.hpp>
#include <gradus/ops/elementwise.hpp>
#include <gradus/ops/linear.hpp>
#include <gradus/ops/matmul.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sum.hpp>
#include <gradus/ops/tanh.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

using namespace gradus;

namespace {

/// An op of the user's own that has the name of one of the library's.
struct Twice : Elementwise<1> {
  static constexpr Description description{"tanh", "x", "2 x"};
  static constexpr bool no_derivative = true;
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x + x;
  }
};

/// yᵢ = xₙ₋₁₋ᵢ: each number is made of one at another place.
struct Turned {
  static constexpr Description description{"turned", "x", "xₙ₋₁₋ᵢ"};
  static constexpr Kind kind = Kind::gather;
  static constexpr std::size_t arity = 1;
  static constexpr bool flat = true;
  static Shape infer(std::span<const Shape> inputs) { return inputs[0]; }
  template <class Scalar>
  static void evaluate(const GatherTile<Scalar>& tile) {
    const Index last = tile.extents.count() - 1;
    for (Index i = tile.range.begin; i < tile.range.end; ++i)
      tile.out[i - tile.range.begin] = tile.in[0][last - i];
  }
};

std::vector<float> updated(Expr (*product)(Expr w, Expr m), bool passes) {
  Graph graph;
  const Expr w = graph.parameter("w", {40, 40}, gaussian(0.3));
  const Expr m = graph.parameter("m", {40, 40}, gaussian(0.3));
  const Expr step = assign(w, w - 0.1 * product(w, m));
  const auto program = compile(graph, {step}, {.passes = passes});
  auto state = initialise(graph, 1);
  program.run(state, {});
  const auto values = state["w"].span();
  return {values.begin(), values.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(in_place)

BOOST_AUTO_TEST_CASE(a_product_of_the_variable_itself_is_not_written_over_it) {
  constexpr std::array<Expr (*)(Expr, Expr), 4> products{
      [](Expr w, Expr) { return matmul(w, w); },
      [](Expr w, Expr m) { return matmul(m, w); },
      [](Expr w, Expr m) { return matmul(w, m); },
      [](Expr w, Expr m) {
        return matmul(m, w, {false, true});
      },
  };
  for (const auto product : products) {
    const std::vector<float> plain = updated(product, false);
    const std::vector<float> compiled = updated(product, true);
    for (std::size_t i = 0; i < plain.size(); ++i) BOOST_TEST(std::abs(plain[i] - compiled[i]) < 1e-5f);
  }
}

// More than one tile, so that the end would be read after it is written.
BOOST_AUTO_TEST_CASE(a_variable_is_turned_around) {
  constexpr Index size = 2000;
  Graph graph;
  const Expr w = graph.parameter("w", {size});
  const Expr turned = apply(Turned{}, {w});
  for (const Expr& value : {turned, 2.0 * turned})
    for (const bool passes : {true, false}) {
      const auto program = compile(graph, {assign(w, value)}, {.passes = passes});
      auto state = initialise(graph, 1);
      for (Index i = 0; i < size; ++i) state[w][i] = static_cast<float>(i);
      program.run(state, {});
      const float factor = value == turned ? 1 : 2;
      for (Index i = 0; i < size; ++i)
        BOOST_REQUIRE(state[w][i] == factor * static_cast<float>(size - 1 - i));
    }
}

BOOST_AUTO_TEST_CASE(a_refused_step_has_written_nothing) {
  Graph graph;
  const Expr x = graph.input("x", {2, 2});
  const Expr w = graph.parameter("w", {2, 2}, filled_with(1));
  const Expr next = w - 0.1 * matmul(x, x);
  const Expr step = train_step(mean(next), {assign(w, next)});
  const auto program = compile(graph, {step});
  auto state = initialise(graph, 1);
  const std::vector<float> fed{std::numeric_limits<float>::infinity(), 1, 1, 1};
  BOOST_CHECK_THROW(program.run(state, {{x, fed}}), NumericError);
  for (const float value : state["w"].span()) BOOST_TEST(value == 1.0f);
}

BOOST_AUTO_TEST_CASE(the_name_of_an_input_that_was_taken_out_may_be_given_again) {
  Graph graph;
  const Expr x = graph.input("multiply", {batch, 3});
  const Expr w = graph.parameter("w", {3}, filled_with(1));
  const Expr y = sum(linear(linear(w, 2, 0), 3, 0) + 0 * mean(x));
  const auto program = compile(graph, {y});
  auto state = initialise(graph, 1);
  const std::vector<float> fed(6);
  BOOST_TEST(program.run(state, {{x, fed}}).scalar(y) == 18);
}

BOOST_AUTO_TEST_CASE(ops_of_one_name_are_not_one_op) {
  Graph graph;
  const Expr x = graph.parameter("x", {2}, filled_with(0.5));
  const Expr both = concatenate({tanh(x), elementwise(Twice{}, {x}, SourceLocation::current())}, 0);
  const auto program = compile<double>(graph, {both});
  auto state = initialise<double>(graph, 1);
  const auto values = program.run(state, {})[both];
  BOOST_TEST(values[1] < 0.5);
  BOOST_TEST(values[2] == 1.0);
}

BOOST_AUTO_TEST_CASE(results_outlive_their_program) {
  Graph graph;
  const Expr x = graph.parameter("x", {}, filled_with(3));
  const Expr y = x * x;
  auto state = initialise(graph, 1);
  const auto results = compile(graph, {y}).run(state, {});
  BOOST_TEST(results.scalar(y) == 9);
}

BOOST_AUTO_TEST_CASE(the_step_is_one_node_in_every_scope) {
  Graph graph;
  const Expr outside = graph.step();
  const auto scope = graph.scope("inner");
  BOOST_TEST((graph.step() == outside));
  BOOST_TEST(graph.step().name() == "step");
}

BOOST_AUTO_TEST_SUITE_END()
