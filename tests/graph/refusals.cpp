// What graphs, programs and states refuse: each message from its first word to its last.
#include <gradus/base/error.hpp>
#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <fmt/format.h>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string written_at(int line) { return fmt::format("(refusals.cpp:{})", line); }

/// An op of somebody else: each of its members may be wrong.
template <class Wrong>
struct Own : Elementwise<1> {
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x;
  }
};

struct WrongDerivative : Own<WrongDerivative> {
  static constexpr Description description{"wrong_derivative", "x", "x"};
  static Expr vjp(const Expr&, const Expr& ybar) { return sum(ybar); }
};

struct Shrinking : Own<Shrinking> {
  static constexpr Description description{"shrinking", "x", "x"};
  static constexpr bool no_derivative = true;
  static Rules rules() {
    const Unknown x("x");
    return {.simplify = {{"shrinks", call<Shrinking>({x}) == exactly(Sum{{{0}, false}}, {x})}}};
  }
};

/// Simplified to another of its kind, for ever.
struct Restless : Own<Restless> {
  static constexpr Description description{"restless", "x", "x"};
  static constexpr bool no_derivative = true;
  Index moved = 0;
  Attributes attributes() const { return {{"moved", moved}}; }
  static Rules rules() {
    const Unknown x("x");
    const auto on = [](const Match& match) { return Restless{{}, as<Restless>(match.root())->moved + 1}; };
    return {.simplify = {{"on", call<Restless>({x}) == changed<Restless>("moved on", {x}, on)}}};
  }
};

/// Takes what it is given when it is declared, and not afterwards.
struct Choosy : Own<Choosy> {
  static constexpr Description description{"choosy", "x", "x"};
  static constexpr bool no_derivative = true;
  mutable bool asked = false;
  static Attributes attributes() { return {}; }
  Shape infer(std::span<const Shape> inputs) const {
    if (std::exchange(asked, true)) throw Mismatch{"it has had enough"};
    return inputs[0];
  }
};

template <class Op>
std::string compiled_with(const Op& op) {
  Graph g;
  const Expr y = apply(op, {g.parameter("w", {3})}).named("y");
  return message_of<InternalError>([&] { compile<float>(g, {y}); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(of_expressions_that_are_empty_or_of_another_graph) {
  Graph g;
  Graph other;
  const Expr w = g.parameter("w", {3});
  check_refused<GraphError>([] { Expr().name(); },
                            "an empty expression was used: an Expr that no function returned, or what a "
                            "function leaves empty, as the penalty of a classifier without one");
  const int of_empty = __LINE__ + 1;
  const auto empty = [&] { concatenate({w, Expr()}, 0); };
  check_refused<GraphError>(
      empty, "concatenate " + written_at(of_empty) + " was given an empty expression as an input");
  const int of_other = __LINE__ + 1;
  const auto foreign = [&] { matmul(w, other.parameter("v", {3})); };
  check_refused<GraphError>(
      foreign, "matmul " + written_at(of_other) + " was given 'v', which belongs to another graph");
  const int of_nothing = __LINE__ + 1;
  const auto nothing = [] { accumulate({}); };
  check_refused<GraphError>(nothing, "accumulate " + written_at(of_nothing) + " was given no inputs");
}

BOOST_AUTO_TEST_CASE(of_names_and_shapes) {
  Graph g;
  const int of_empty = __LINE__ + 1;
  const auto empty = [&] { g.parameter("", {3}); };
  check_refused<NameError>(empty, "a name " + written_at(of_empty) + " is empty");
  const Expr w = g.parameter("w", {3});
  const int of_named = __LINE__ + 1;
  const Expr y = tanh(w).named("y");
  check_refused<NameError>([&] { y.named("z"); }, "'y' " + written_at(of_named) +
                                                      " has been given a name already and cannot be called "
                                                      "'z' too");
  const int of_constant = __LINE__ + 1;
  const auto constant = [&] { g.constant({1.0, 2.0}, {batch, 2}); };
  check_refused<ShapeError>(constant, "a constant " + written_at(of_constant) +
                                          " of the shape (batch, 2) cannot be made of 2 numbers");
  check_refused<ShapeError>([] { Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}); }, "a shape has at most 8 axes, not 9");
  check_refused<ShapeError>(
      [] {
        Extents({1, 1, 1, 1, 1, 1, 1, 1, 1});
      },
      "an array has at most 8 axes, not 9");
}

BOOST_AUTO_TEST_CASE(of_what_accompanies_a_step) {
  Graph g;
  const int line = __LINE__ + 1;
  const Expr y = square(g.parameter("w", {})).named("y");
  check_refused<GraphError>(
      [&] { g.attach_update(y); },
      "'y' (square) " + written_at(line) + " is no assignment, so it cannot be part of a training step");
}

BOOST_AUTO_TEST_CASE(of_results_and_states) {
  Graph g;
  Graph other;
  const Expr w = g.parameter("w", {3});
  const auto program = compile<float>(g, {w});
  State<float> state(g, 1);
  check_refused<ShapeError>([&] { program.run(state, {}).scalar(w); }, "'w' is (3), not a scalar");
  check_refused<GraphError>([&] { program.run(state, {})[Expr()]; },
                            "'an empty expression' was not asked for when the program was compiled");
  check_refused<GraphError>([&] { compile<float>(g, {Expr()}); },
                            "'an empty expression' is an output but belongs to another graph than the one "
                            "compiled");
  check_refused<GraphError>([&] { state.extend(other); },
                            "a state can only be extended by the graph it was initialised from");
  const std::vector<float> two(2);
  const Expr x = g.input("x", {3});
  const auto fed = compile<float>(g, {x});
  check_refused<ShapeError>(
      [&] {
        fed.run(state, {{x, two}});
      },
      "input 'x' (3) was fed 2 numbers: expected 3 numbers");
  check_refused<NameError>(
      [&] {
        program.run(state, {{x, two}});
      },
      "'x' is fed, but the program reads no such input. It reads: none");
}

BOOST_AUTO_TEST_CASE(of_an_input_with_the_batch_twice) {
  Graph g;
  const Expr x = g.input("x", {batch, batch});
  const Expr y = sum(x);
  const auto program = compile<double>(g, {y}, up_to(3));
  State<double> state(g, 1);
  const std::vector<double> numbers(16, 1);
  const auto run = [&](std::size_t count) {
    return program.run(state, {{x, std::span<const double>(numbers).first(count)}}).scalar(y);
  };
  BOOST_TEST(run(1) == 1);
  BOOST_TEST(run(9) == 9);
  check_refused<ShapeError>(
      [&] { run(8); }, "input 'x' (batch, batch) was fed 8 numbers: no number of examples makes so many");
  check_refused<ShapeError>([&] { run(16); },
                            "input 'x' (batch, batch) was fed 16 numbers: that is more than the program's "
                            "capacity of 3 examples; compile it with a larger CompileOptions::capacity");
}

BOOST_AUTO_TEST_CASE(of_numbers_that_are_not_finite) {
  Graph g;
  const Expr x = g.input("x", {2});
  const Expr w = g.parameter("w", {2}, filled_with(1));
  const int of_log = __LINE__ + 1;
  const Expr y = log(x * w).named("y");
  const Expr loss = sum(y).named("loss");
  const auto program = compile<double>(g, {train_step(loss, {assign(w, w * 0.5)})});
  State<double> state(g, 1);
  const auto fed = [&](std::vector<double> values) {
    return message_of<NumericError>([&] { program.run(state, {{x, values}}); });
  };
  const std::string step = "the loss 'loss' is no longer finite at step 0. The first node to go bad is ";
  const std::string as_before = "; the state is as it was before this step";
  BOOST_TEST(fed({1, std::nan("")}).starts_with(step + "'x' (input (2)) (refusals.cpp:"));
  BOOST_TEST(fed({1, std::nan("")}).ends_with(": NaN at position 1 of 2. It was fed so" + as_before));
  BOOST_TEST(fed({0, 2}) == step + "'y' (log (2)) " + written_at(of_log) +
                                ": infinite at position 0 of 2. No number on the way there is larger than 2, "
                                "so it is not the learning rate: see which of its inputs log cannot take, as "
                                "log, sqrt and division cannot take 0" +
                                as_before);
  state[w][0] = HUGE_VAL;
  BOOST_TEST(
      fed({1, 1}).ends_with(": infinite at position 0 of 2. The state held it before this step" + as_before));
}

BOOST_AUTO_TEST_CASE(of_gradient_checks) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const Expr y = square(w).named("y");
  check_refused<GraphError>([&] { check_gradient(y, {w}, {w}, {}); },
                            "derivatives of 'y' (3) are checked as given, so it must be a scalar");
  check_refused<GraphError>([&] { check_gradient(sum(y), {y}, {}); },
                            "a gradient check moves inputs and variables; 'y' is neither, or has no value");
}

BOOST_AUTO_TEST_CASE(of_a_derivative_of_another_shape) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const Expr y = apply(WrongDerivative{}, {w}).named("y");
  check_refused<GraphError>([&] { gradients(sum(y), {w}); },
                            "the VJP of wrong_derivative ('y') for its input 0 gave the shape (), but the "
                            "input 'w' has the shape (3)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(broken_ops_and_passes)

constexpr std::string_view report = "gradus is broken, please report this: ";

BOOST_AUTO_TEST_CASE(ops_whose_rules_are_wrong) {
  BOOST_TEST(compiled_with(Shrinking{}) ==
             fmt::format("{}simplify of shrinking changed the shape of 'y' from (3) to ()", report));
  BOOST_TEST(compiled_with(Restless{}) == fmt::format("{}the rules of simplify do not come to rest", report));
  const std::string choosy = compiled_with(Choosy{});
  BOOST_TEST(choosy.starts_with(fmt::format("{}after ", report)), choosy);
  BOOST_TEST(choosy.ends_with(", choosy 'y' has inputs that do not fit: it has had enough"), choosy);
}

BOOST_AUTO_TEST_CASE(a_pass_that_leaves_inputs_behind) {
  Graph g;
  const Expr y = tanh(g.parameter("w", {3})).named("y");
  const LoweredGraph left =
      rewrite({std::shared_ptr<const Graph>(std::shared_ptr<void>(), &g), {y}},
              [](Rewriter& to, const Node& old, const Exprs&) { return to.copy(old, Expr(old).inputs()); });
  check_refused<InternalError>(
      [&] { verify(left, "a-pass"); },
      fmt::format("{}after a-pass, tanh 'y' has an input that does not come before it", report));
}

BOOST_AUTO_TEST_CASE(ops_asked_for_what_they_do_not_compute) {
  const OpPtr softmax_op = erase(Softmax{});
  check_refused<InternalError>([&] { softmax_op->evaluate(Tile<float>{}); },
                               fmt::format("{}softmax was asked to compute on a tile", report));
  const OpPtr tanh_op = erase(Tanh{});
  check_refused<InternalError>([&] { tanh_op->evaluate(Call<double>{}); },
                               fmt::format("{}tanh was asked to compute on a part", report));
  check_refused<InternalError>(
      [] { evaluate_once(*erase(StepCounter{}), std::vector<Tensor<double>>{}, Extents{}); },
      fmt::format("{}step has no value of its own", report));
}

BOOST_AUTO_TEST_SUITE_END()
