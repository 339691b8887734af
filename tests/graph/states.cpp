// What lasts from step to step: assignments, refused steps, copies, threads.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/plans.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <thread>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Linear regression by SGD.
struct Regression {
  Graph graph;
  Expr x = graph.input("x", {batch, 3});
  Expr t = graph.input("t", {batch, 1});
  Expr w = graph.parameter("w", {3, 1}, filled_with(0.1));
  Expr rate = graph.hyper_parameter("rate", 0.05);
  Expr loss = mean(squared_error(matmul(x, w), t));
  Expr step = train_step(loss, {assign(w, w - rate * gradients(loss, {w}).front())});

  Program<float> compiled() const { return compile<float>(graph, {loss, step}); }
};

std::vector<float> data(int salt, std::size_t count) {
  std::vector<float> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(std::sin(static_cast<float>(i + 1) * (1.3F + 0.1F * static_cast<float>(salt))));
  return values;
}

std::vector<float> trained(const Regression& net, const Program<float>& program, int salt) {
  auto state = initialise<float>(net.graph, 1);
  const std::vector<float> x = data(salt, 24);
  const std::vector<float> t = data(salt + 7, 8);
  for (int i = 0; i < 50; ++i) program.run(state, {{net.x, x}, {net.t, t}});
  return numbers(std::as_const(state)[net.w]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(assignments)

BOOST_AUTO_TEST_CASE(every_reader_sees_the_old_value) {
  for (const bool fuse : {false, true}) {
    Graph g;
    const Expr w = g.parameter("w", {3}, filled_with(2));
    const Expr v = g.parameter("v", {3}, filled_with(5));
    const Expr sum_of_w = sum(w);
    const Exprs wanted{assign(w, w * 10.0), assign(v, v + w), sum_of_w};
    CompileOptions options;
    options.fuse = fuse;
    const auto program = compile<float>(g, wanted, options);
    auto state = initialise<float>(g, 1);
    BOOST_TEST(program.run(state, {}).scalar(sum_of_w) == 6);
    BOOST_TEST(state[w][0] == 20);
    BOOST_TEST(state[v][2] == 7);
  }
}

BOOST_AUTO_TEST_CASE(two_variables_swap) {
  Graph g;
  const Expr a = g.parameter("a", {40}, filled_with(1));
  const Expr b = g.parameter("b", {40}, filled_with(2));
  const auto program = compile<float>(g, {assign(a, b), assign(b, a)});
  auto state = initialise<float>(g, 1);
  program.run(state, {});
  BOOST_TEST(state[a][39] == 2);
  BOOST_TEST(state[b][39] == 1);
  program.run(state, {});
  BOOST_TEST(state[a][39] == 1);
}

BOOST_AUTO_TEST_CASE(three_variables_rotate_through_a_matrix_product) {
  Graph g;
  const Expr a = g.parameter("a", {2, 2}, filled_with(1));
  const Expr b = g.parameter("b", {2, 2}, filled_with(2));
  const Expr c = g.parameter("c", {2, 2}, filled_with(3));
  const auto program =
      compile<float>(g, {assign(a, matmul(b, c)), assign(b, transpose(a)), assign(c, a - b)});
  auto state = initialise<float>(g, 1);
  program.run(state, {});
  BOOST_TEST(state[a][0] == 12);
  BOOST_TEST(state[b][0] == 1);
  BOOST_TEST(state[c][0] == -1);
}

BOOST_AUTO_TEST_CASE(what_is_assigned_and_wanted_shows_the_old_value) {
  Graph g;
  const Expr w = g.parameter("w", {2, 3}, filled_with(1));
  const Expr flat = reshape(w, {6});
  const auto program = compile<float>(g, {w, flat, assign(w, w + 1)});
  auto state = initialise<float>(g, 1);
  for (float before = 1; before < 4; ++before) {
    const auto results = program.run(state, {});
    BOOST_TEST(results[w][5] == before);
    BOOST_TEST(results[flat][5] == before);
    BOOST_TEST(state[w][5] == before + 1);
  }
}

BOOST_AUTO_TEST_CASE(plans_agree_bit_for_bit_on_a_training_step) {
  const Regression net;
  const std::vector<float> expected = trained(net, net.compiled(), 1);
  for (const NamedPlan& plan : plans()) BOOST_TEST_CONTEXT(plan.name)
  BOOST_TEST(trained(net, compile<float>(net.graph, {net.loss, net.step}, plan.options), 1) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(steps)

BOOST_AUTO_TEST_CASE(are_counted_and_settings_change_between_them) {
  const Regression net;
  const auto program = net.compiled();
  auto state = initialise<float>(net.graph, 1);
  const std::vector<float> x = data(0, 6);
  const std::vector<float> t = data(1, 2);
  program.run(state, {{net.x, x}, {net.t, t}});
  BOOST_TEST(state.step == 1);
  const auto before = numbers(std::as_const(state)[net.w]);
  state.set("rate", 0);
  program.run(state, {{net.x, x}, {net.t, t}});
  BOOST_TEST(state.step == 2);
  BOOST_TEST(numbers(std::as_const(state)[net.w]) == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(are_seen_by_the_graph_before_they_are_counted) {
  Graph g;
  const Expr w = g.parameter("w", {});
  const Expr now = g.step() * 1.5;
  const auto program = compile<double>(g, {now, train_step(square(w), {assign(w, w + 1)})});
  auto state = initialise<double>(g, 1);
  for (int step = 0; step < 3; ++step) BOOST_TEST(program.run(state, {}).scalar(now) == 1.5 * step);
}

BOOST_AUTO_TEST_CASE(are_refused_when_the_loss_is_not_finite) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const Expr w = g.parameter("w", {}, filled_with(2));
  const Expr inverse = (w / x).named("inverse");
  const Expr loss = mean(log(inverse)).named("loss");
  const auto program = compile<float>(g, {loss, train_step(loss, {assign(w, w * 0.5)})});
  auto state = initialise<float>(g, 1);
  const std::vector<float> good{1, 2};
  const std::vector<float> bad{1, 0};
  program.run(state, {{x, good}});
  const std::string message = message_of<NumericError>([&] { program.run(state, {{x, bad}}); });
  BOOST_TEST(message.starts_with("the loss 'loss' is no longer finite at step 1. The first node to go bad is "
                                 "'inverse' (divide (batch)) (states.cpp:"),
             message);
  BOOST_TEST(message.find("infinite at position 1 of 2") != std::string::npos, message);
  BOOST_TEST(state.step == 1);
  BOOST_TEST(state[w][0] == 1);
  program.run(state, {{x, good}});
  BOOST_TEST(state.step == 2);
}

BOOST_AUTO_TEST_CASE(name_an_input_that_is_not_finite) {
  const Regression net;
  const auto program = net.compiled();
  auto state = initialise<float>(net.graph, 1);
  std::vector<float> x = data(0, 6);
  x[4] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> t = data(1, 2);
  const auto before = numbers(std::as_const(state)[net.w]);
  const std::string message = message_of<NumericError>([&] { program.run(state, {{net.x, x}, {net.t, t}}); });
  BOOST_TEST(message.find("The first node to go bad is 'x' (input (batch, 3))") != std::string::npos,
             message);
  BOOST_TEST(message.find("NaN at position 4 of 6") != std::string::npos, message);
  BOOST_TEST(numbers(std::as_const(state)[net.w]) == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(states)

BOOST_AUTO_TEST_CASE(a_copy_is_independent) {
  const Regression net;
  const auto program = net.compiled();
  auto state = initialise<float>(net.graph, 1);
  const std::vector<float> x = data(0, 6);
  const std::vector<float> t = data(1, 2);
  program.run(state, {{net.x, x}, {net.t, t}});
  const State<float> copy = state;
  const auto before = numbers(copy[net.w]);
  program.run(state, {{net.x, x}, {net.t, t}});
  BOOST_TEST(numbers(copy[net.w]) == before, boost::test_tools::per_element());
  BOOST_TEST(copy.step == 1);
  State<float> continued = copy;
  program.run(continued, {{net.x, x}, {net.t, t}});
  BOOST_TEST(numbers(std::as_const(continued)[net.w]) == numbers(std::as_const(state)[net.w]),
             boost::test_tools::per_element());
}

// What a state held before it is assigned to, its programs' memory too, is gone.
BOOST_AUTO_TEST_CASE(a_state_that_is_assigned_to_goes_on_as_the_other) {
  const Regression net;
  const auto program = net.compiled();
  const std::vector<float> x = data(0, 6);
  const std::vector<float> t = data(1, 2);
  const auto run = [&](State<float>& state) { program.run(state, {{net.x, x}, {net.t, t}}); };
  auto state = initialise<float>(net.graph, 1);
  run(state);
  auto by_copy = initialise<float>(net.graph, 2);
  auto by_move = initialise<float>(net.graph, 3);
  for (int i = 0; i < 3; ++i) {
    run(by_copy);
    run(by_move);
  }
  by_copy = state;
  State<float> spare = state;
  by_move = std::move(spare);
  for (State<float>* each : {&by_copy, &by_move}) {
    BOOST_TEST(each->step == 1);
    BOOST_TEST(each->seed == 1U);
    run(*each);
  }
  run(state);
  const auto expected = numbers(std::as_const(state)[net.w]);
  BOOST_TEST(numbers(std::as_const(by_copy)[net.w]) == expected, boost::test_tools::per_element());
  BOOST_TEST(numbers(std::as_const(by_move)[net.w]) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_moved_state_goes_on) {
  const Regression net;
  const auto program = net.compiled();
  auto state = initialise<float>(net.graph, 1);
  const std::vector<float> x = data(0, 6);
  const std::vector<float> t = data(1, 2);
  program.run(state, {{net.x, x}, {net.t, t}});
  State<float> moved = std::move(state);
  program.run(moved, {{net.x, x}, {net.t, t}});
  BOOST_TEST(moved.step == 2);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(many_states_run_one_program_at_once) {
  const Regression net;
  const auto program = net.compiled();
  constexpr int count = 6;
  std::vector<std::vector<float>> at_once(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] { at_once[static_cast<std::size_t>(i)] = trained(net, program, i); });
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < count; ++i)
    BOOST_TEST(at_once[static_cast<std::size_t>(i)] == trained(net, program, i),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(different_graphs_are_compiled_and_run_at_once) {
  const auto work = [](int salt) {
    const Regression net;
    return trained(net, net.compiled(), salt);
  };
  constexpr int count = 4;
  std::vector<std::vector<float>> at_once(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) at_once[static_cast<std::size_t>(i)] = work(i);
    });
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < count; ++i)
    BOOST_TEST(at_once[static_cast<std::size_t>(i)] == work(i), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
