// Programs that must fail, with the exact message.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string line(int number) { return fmt::format("(errors.cpp:{})", number); }

/// y = x W and its loss, compiled for batches of up to 4.
struct Net {
  Graph graph;
  Expr x = graph.input("image", {batch, 3});
  Expr t = graph.input("target", {batch, 2});
  Expr w = graph.parameter("W", {3, 2}, filled_with(0.5));
  Expr loss = mean(squared_error(matmul(x, w), t)).named("loss");
  Program<double> program = compile<double>(graph, {loss}, up_to(4));
  State<double> state = initialise<double>(graph, 1);
  std::vector<double> six = std::vector<double>(6, 1.0);
  std::vector<double> four = std::vector<double>(4, 1.0);
};

template <class Error>
std::string failing_run(Net& net, const std::vector<Feed<double>>& feeds) {
  return message_of<Error>([&] { net.program.run(net.state, feeds); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shapes)

BOOST_AUTO_TEST_CASE(of_an_addition) {
  Graph g;
  const Expr a = g.input("a", {batch, 3});
  const Expr b = g.parameter("b", {4});
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<ShapeError>([&] { a + b; });
  BOOST_TEST(message ==
             "add " + line(declared_at) +
                 " cannot take 'a' (batch, 3) and 'b' (4): axes are aligned at the right and must be "
                 "equal or 1, but 3 stands against 4");
}

BOOST_AUTO_TEST_CASE(of_a_matrix_product) {
  Graph g;
  const Expr a = g.input("a", {batch, 784});
  const Expr w = g.parameter("W", {700, 10});
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<ShapeError>([&] { matmul(a, w); });
  BOOST_TEST(message ==
             "matmul " + line(declared_at) +
                 " cannot take 'a' (batch, 784) and 'W' (700, 10): the columns of the first, (784), "
                 "must equal the rows of the second, (700)");
}

BOOST_AUTO_TEST_CASE(of_a_cross_entropy_within_a_scope) {
  Graph g;
  const Expr p = g.input("p", {batch, 10});
  const Expr t = g.input("t", {batch, 9});
  const auto guard = g.scope("loss");
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<ShapeError>([&] { cross_entropy(p, t); });
  BOOST_TEST(message == "cross_entropy in 'loss' " + line(declared_at) +
                            " cannot take 'p' (batch, 10) and 't' (batch, 9): probabilities and targets must "
                            "have one shape");
}

BOOST_AUTO_TEST_CASE(of_an_axis_that_is_not_there) {
  Graph g;
  const Expr x = g.parameter("x", {2, 3});
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<ShapeError>([&] { sum(x, {2}); });
  BOOST_TEST(message == "sum " + line(declared_at) +
                            " cannot take 'x' (2, 3): axis 2 is outside of the 2 axes of the input");
}

BOOST_AUTO_TEST_CASE(of_a_parameter_with_the_batch) {
  Graph g;
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<ShapeError>([&] { g.parameter("w", {batch, 3}); });
  BOOST_TEST(message == "parameter 'w' " + line(declared_at) +
                            " has the shape (batch, 3): what the state keeps cannot depend on the batch");
}

BOOST_AUTO_TEST_CASE(of_an_empty_axis) {
  BOOST_TEST(message_of<ShapeError>([] {
               Shape{3, 0};
             }) == "the shape (3, 0) has an axis of size 0: every axis has at least one entry");
}

BOOST_AUTO_TEST_CASE(of_an_assignment) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const Expr v = g.parameter("v", {4});
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<ShapeError>([&] { assign(w, v); });
  BOOST_TEST(message ==
             "assign " + line(declared_at) +
                 " cannot take 'w' (3) and 'v' (4): the new value must have the variable's shape (3)");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(used_twice) {
  Graph g;
  const int first = __LINE__ + 1;
  g.parameter("w", {3});
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<NameError>([&] { g.input("w", {batch, 2}); });
  BOOST_TEST(message == "the name 'w' " + line(declared_at) + " is taken by variable (3) " + line(first) +
                            ": give each its own name, or open a scope");
}

BOOST_AUTO_TEST_CASE(unknown_with_the_nearest) {
  Net net;
  BOOST_TEST(message_of<NameError>([&] { net.graph.find("imagw"); }) ==
             "the graph has no node 'imagw'; did you mean 'image'?");
  BOOST_TEST(message_of<NameError>([&] { net.graph.find("zzzzzzzz"); }) ==
             "the graph has no node 'zzzzzzzz'");
}

BOOST_AUTO_TEST_CASE(of_no_variable) {
  Net net;
  BOOST_TEST(
      message_of<NameError>([&] { net.state.set("V", 1); }).starts_with("unknown variable of the state 'V'"));
  BOOST_TEST(message_of<ShapeError>([&] { net.state.set("W", 1); }) ==
             "'W' is (3, 2) and cannot be set to one number");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(gradients_of)

BOOST_AUTO_TEST_CASE(what_is_no_scalar) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const Expr y = square(w).named("y");
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<GraphError>([&] { gradients(y, {w}); });
  BOOST_TEST(message ==
             "the loss 'y' " + line(declared_at) +
                 " has the shape (3), but only a scalar has gradients: reduce it with mean or sum");
}

BOOST_AUTO_TEST_CASE(what_the_loss_does_not_depend_on) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const Expr v = g.parameter("v", {3});
  const Expr loss = sum(w).named("loss");
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<GraphError>([&] { gradients(loss, {w, v}); });
  BOOST_TEST(message == "'loss' does not depend on 'v' " + line(declared_at) +
                            ": no gradient flows back to it. Leave it out, or ask for Unused::zeros");
}

BOOST_AUTO_TEST_CASE(another_graph) {
  Graph g;
  Graph other;
  const Expr loss = sum(g.parameter("w", {3})).named("loss");
  const Expr v = other.parameter("v", {3});
  const int declared_at = __LINE__ + 1;
  const std::string message = message_of<GraphError>([&] { gradients(loss, {v}); });
  BOOST_TEST(message == "'v' " + line(declared_at) + " belongs to another graph than 'loss'");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(feeds)

BOOST_AUTO_TEST_CASE(missing) {
  Net net;
  BOOST_TEST(
      failing_run<NameError>(net, {{net.x, net.six}}) ==
      "input 'target' (batch, 2) is not fed; the program reads: 'image' (batch, 3), 'target' (batch, 2)");
}

BOOST_AUTO_TEST_CASE(too_many) {
  Net net;
  const Expr other = net.graph.input("other", {batch});
  const std::vector<double> two(2);
  BOOST_TEST(failing_run<NameError>(net, {{net.x, net.six}, {net.t, net.four}, {other, two}}) ==
             "'other' is fed, but the program reads no such input. It reads: 'image' (batch, 3), 'target' "
             "(batch, 2)");
}

BOOST_AUTO_TEST_CASE(doubled) {
  Net net;
  BOOST_TEST(failing_run<NameError>(net, {{net.x, net.six}, {net.t, net.four}, {net.x, net.six}}) ==
             "input 'image' is fed twice");
}

BOOST_AUTO_TEST_CASE(no_whole_number_of_examples) {
  Net net;
  BOOST_TEST(
      failing_run<ShapeError>(net, {{net.x, net.four}, {net.t, net.four}}) ==
      "input 'image' (batch, 3) was fed 4 numbers: expected a multiple of 3 numbers, one for each example");
}

BOOST_AUTO_TEST_CASE(of_no_example) {
  Net net;
  const std::vector<double> none;
  BOOST_TEST(
      failing_run<ShapeError>(net, {{net.x, none}, {net.t, none}}) ==
      "input 'image' (batch, 3) was fed 0 numbers: expected a multiple of 3 numbers, one for each example");
}

BOOST_AUTO_TEST_CASE(of_another_shape) {
  Net net;
  const Tensor<double> turned({3, 2});
  BOOST_TEST(failing_run<ShapeError>(net, {{net.x, turned}, {net.t, net.four}}) ==
             "input 'image' (batch, 3) was fed (3, 2): expected (2, 3)");
}

BOOST_AUTO_TEST_CASE(of_two_batches) {
  Net net;
  BOOST_TEST(
      failing_run<ShapeError>(net, {{net.x, net.six}, {net.t, net.six}}) ==
      "input 'target' (batch, 2) was fed 6 numbers: that is a batch of 3, but 'image' was fed a batch of 2");
}

BOOST_AUTO_TEST_CASE(over_the_capacity) {
  Net net;
  const std::vector<double> many(15);
  BOOST_TEST(
      failing_run<ShapeError>(net, {{net.x, many}, {net.t, net.four}}) ==
      "input 'image' (batch, 3) was fed 15 numbers: that is more than the program's capacity of 4 examples; "
      "compile it with a larger CompileOptions::capacity");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(programs)

BOOST_AUTO_TEST_CASE(with_a_state_of_another_graph) {
  Net net;
  Net other;
  BOOST_TEST(message_of<GraphError>([&] {
               net.program.run(other.state, {{net.x, net.six}, {net.t, net.four}});
             }) ==
             "the state was initialised from another graph than the one this program was compiled from");
}

BOOST_AUTO_TEST_CASE(with_a_state_too_old) {
  Net net;
  const Expr late = net.graph.parameter("late", {});
  const auto program = compile<double>(net.graph, {late});
  BOOST_TEST(
      message_of<GraphError>([&] { program.run(net.state, {}); }) ==
      "the state was initialised before 'late' was declared: initialise it after, or call State::extend");
  // What reads no late variable runs with it still.
  const Expr early(*net.graph.variables().front().node);
  compile<double>(net.graph, {early}).run(net.state, {});
  net.state.extend(net.graph);
  BOOST_TEST(program.run(net.state, {}).scalar(late) == 0);
}

BOOST_AUTO_TEST_CASE(assigning_a_variable_twice) {
  Graph g;
  const Expr w = g.parameter("w", {});
  const int first = __LINE__ + 1;
  const Expr a = assign(w, w + 1).named("a");
  const Expr b = assign(w, w + 2).named("b");
  BOOST_TEST(message_of<GraphError>([&] {
               compile<float>(g, {a, b});
             }) ==
             "'w' is assigned twice in one step: by 'a' " + line(first) + " and by 'b' " + line(first + 1));
}

BOOST_AUTO_TEST_CASE(assigning_to_no_variable) {
  Graph g;
  const Expr w = g.parameter("w", {});
  const Expr y = square(w);
  BOOST_TEST(message_of<GraphError>([&] { assign(y, w); }) ==
             "'square' (square) is not a variable of the state: only a parameter, optimizer state or "
             "hyper-parameter is assigned to or "
             "given initial values");
}

BOOST_AUTO_TEST_CASE(asked_for_what_was_not_wanted) {
  Net net;
  const auto results = net.program.run(net.state, {{net.x, net.six}, {net.t, net.four}});
  BOOST_TEST(message_of<GraphError>([&] { results[net.w]; }) ==
             "'W' was not asked for when the program was compiled");
}

BOOST_AUTO_TEST_CASE(of_another_graph) {
  Net net;
  Graph other;
  const Expr v = other.parameter("v", {});
  BOOST_TEST(message_of<GraphError>([&] { compile<float>(net.graph, {v}); }) ==
             "'v' is an output but belongs to another graph than the one compiled");
}

BOOST_AUTO_TEST_CASE(without_room_for_an_example) {
  Net net;
  BOOST_TEST(message_of<ValueError>([&] { compile<float>(net.graph, {net.loss}, up_to(0)); }) ==
             "a program's capacity is at least 1 example, not 0");
}

BOOST_AUTO_TEST_CASE(of_two_training_steps) {
  Graph g;
  const Expr w = g.parameter("w", {});
  const Expr v = g.parameter("v", {});
  const Expr one = train_step(square(w), {assign(w, w * 0.5)});
  const Expr two = train_step(square(v), {assign(v, v * 0.5)});
  BOOST_TEST(message_of<GraphError>([&] {
               compile<float>(g, {one, two});
             }) == "a program takes one training step, but has two as outputs: compile one for each");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(expressions)

BOOST_AUTO_TEST_CASE(that_are_empty) {
  Graph g;
  const Expr w = g.parameter("W", {2});
  for (const auto& use : std::vector<std::function<void()>>{
           [&] { gradients(Expr(), {w}); }, [&] { gradients(sum(w), {Expr()}); }, [&] { tanh(Expr()); },
           [&] { w + Expr(); }, [&] { Expr().named("x"); }})
    BOOST_TEST(message_of<GraphError>(use).starts_with("an empty expression was used"),
               message_of<GraphError>(use));
}

BOOST_AUTO_TEST_SUITE_END()
