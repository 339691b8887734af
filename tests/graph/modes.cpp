// What a program for training computes and what one for inference does, values in blocks, side updates of a
// step.
#include <gradus/base/error.hpp>
#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// y = 3 x² in training, x² in inference, and a slot that counts steps.
struct TwoFaced {
  Graph graph;
  Expr x = graph.parameter("x", {}, filled_with(2));
  Expr seen = graph.optimizer_state("seen", {}, filled_with(0));
  Expr y = when_training(3.0 * square(x), square(x) + 0.0 * seen);

  double run(CompileOptions options, const Exprs& wanted, const Expr& asked) {
    State<double> state(graph, 1);
    return compile<double>(graph, wanted, options).run(state, {}).scalar(asked);
  }
};

bool contains(const Program<double>& program, std::string_view op) {
  const Graph& graph = *program.lowered().graph;
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (graph.node(id).op().name() == op) return true;
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(modes)

BOOST_AUTO_TEST_CASE(the_wanted_values_decide_unless_the_mode_is_given) {
  TwoFaced f;
  const Expr step = train_step(f.y, {assign(f.seen, f.seen + 1.0)});
  for (const bool passes : {false, true}) {
    CompileOptions options;
    options.passes = passes;
    BOOST_TEST(f.run(options, {f.y}, f.y) == 4);
    BOOST_TEST(f.run(options, {f.y, step}, f.y) == 12);
    options.mode = Mode::training;
    BOOST_TEST(f.run(options, {f.y}, f.y) == 12);
    options.mode = Mode::inference;
    BOOST_TEST(f.run(options, {f.y, step}, f.y) == 4);
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_is_that_of_the_side_that_is_computed) {
  TwoFaced f;
  const Expr gradient = gradients(f.y, {f.x}).front();
  CompileOptions options;
  BOOST_TEST(f.run(options, {gradient}, gradient) == 4);
  options.mode = Mode::training;
  BOOST_TEST(f.run(options, {gradient}, gradient) == 12);
  const auto program = compile<double>(f.graph, {gradient}, options);
  BOOST_TEST(!contains(program, "when_training"));
  BOOST_TEST(!contains(program, "accumulate"));
}

BOOST_AUTO_TEST_CASE(choosing_a_mode_is_shown_where_it_changed_something) {
  TwoFaced f;
  std::vector<std::string> shown;
  CompileOptions options;
  options.trace = [&](std::string_view pass, const LoweredGraph&) { shown.emplace_back(pass); };
  compile<double>(f.graph, {f.y}, options);
  BOOST_TEST(shown.at(1) == "choose-mode");
  shown.clear();
  compile<double>(f.graph, {square(f.x)}, options);
  BOOST_TEST((std::ranges::find(shown, "choose-mode") == shown.end()));
}

BOOST_AUTO_TEST_CASE(two_sides_of_two_shapes_are_refused) {
  Graph g;
  const Expr a = g.parameter("a", {2});
  const Expr b = g.parameter("b", {3});
  BOOST_TEST(message_of<ShapeError>([&] { when_training(a, b); }).find("both must have one shape") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_step_makes_the_assignments_its_loss_has_to_do_with) {
  TwoFaced f;
  f.graph.attach_update(assign(f.seen, f.seen + 1.0));
  const Expr other = f.graph.optimizer_state("other", {});
  f.graph.attach_update(assign(other, other + 1.0));
  const Expr step = minimize(f.y, Sgd{.learning_rate = 0.0});
  State<double> state(f.graph, 1);
  const auto program = compile<double>(f.graph, {step});
  program.run(state, {});
  program.run(state, {});
  BOOST_TEST(state["seen"][0] == 2);
  BOOST_TEST(state["other"][0] == 0);
  BOOST_TEST(message_of<GraphError>([&] { f.graph.attach_update(f.y); }).find("is no assignment") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_random_key_holds_seed_and_step) {
  Graph g;
  const Expr key = g.random_key();
  BOOST_TEST((key == g.random_key()));
  State<float> state(g, 0x0123456789ABCDEFU);
  state.step = 0x10002;
  const auto values = compile<float>(g, {key}).run(state, {})[key];
  const std::vector<float> expected{0xCDEF, 0x89AB, 0x4567, 0x0123, 2, 1, 0, 0};
  BOOST_TEST(numbers(values) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(blocked)

BOOST_AUTO_TEST_CASE(a_value_comes_back_from_its_blocks) {
  for (const Index examples : {1, 15, 16, 17, 40})
    for (const Index n : {1, 5, 16, 37}) {
      Graph g;
      const Expr x = g.input("x", {batch, n});
      const Expr kept = pack(x);
      BOOST_TEST((kept.shape() == Shape{blocks, n, block_size}.in(Layout::blocked)));
      const Expr back = unpack(kept);
      const Expr size = g.batch_size();
      CompileOptions options;
      options.passes = false;
      options.capacity = 40;
      const auto program = compile<float>(g, {kept, back, size}, options);
      std::vector<float> values;
      for (Index i = 0; i < examples * n; ++i) values.push_back(static_cast<float>(i + 1));
      State<float> state(g, 1);
      const auto results = program.run(state, {{x, values}});
      BOOST_TEST(numbers(results[back]) == values, boost::test_tools::per_element());
      BOOST_TEST(results.scalar(size) == static_cast<double>(examples));
      const auto inside = results[kept];
      BOOST_TEST(inside.size() == (examples + 15) / 16 * 16 * n);
      for (Index i = 0; i < inside.size(); ++i) {
        const Index example = i / (16 * n) * 16 + i % 16;
        const Index j = i / 16 % n;
        const auto expected = example < examples ? static_cast<float>(example * n + j + 1) : 0.0F;
        BOOST_TEST(inside[i] == expected);
      }
    }
}

BOOST_AUTO_TEST_CASE(what_flows_back_through_blocks_is_unchanged) {
  Graph g;
  const Expr x = g.input("x", {batch, 3});
  Tensor<double> value({18, 3});
  for (Index i = 0; i < value.size(); ++i) value[i] = 0.1 * static_cast<double>(i % 11) - 0.4;
  const Expr y = unpack(square(pack(x)));
  const std::vector<Point> at{{x, value}};
  BOOST_TEST(check_gradient(y, {x}, at).passed);
  BOOST_TEST(check_second_gradient(y, {x}, at).passed);
}

BOOST_AUTO_TEST_CASE(one_number_an_example_is_kept_in_blocks_too) {
  Graph g;
  const Expr x = g.input("x", {batch, 2, 4, 4});
  const Expr weight = g.input("weight", {batch});
  const Expr of_each = sum(square(max_pool(x, 2, 2)), {1, 2, 3});
  BOOST_TEST((of_each.shape() == weight.shape()));
  const Expr loss = sum(weight * of_each);
  const Exprs wanted{loss, gradients(loss, {x})[0], weight + of_each};
  Tensor<double> images({18, 2, 4, 4});
  for (Index i = 0; i < images.size(); ++i) images[i] = 0.1 * static_cast<double>(i % 23) - 1;
  Tensor<double> weights({18});
  for (Index i = 0; i < weights.size(); ++i) weights[i] = 0.5 + 0.25 * static_cast<double>(i);
  const std::vector<Point> at{{x, images}, {weight, weights}};
  CompileOptions plain;
  plain.passes = false;
  Runner<double> rewritten(g, wanted, at);
  BOOST_TEST(contains(rewritten.program(), "pack"));
  const auto found = rewritten.run();
  const auto expected = Runner<double>(g, wanted, at, plain).run();
  for (std::size_t i = 0; i < wanted.size(); ++i)
    for (std::size_t k = 0; k < expected[i].span().size(); ++k)
      BOOST_TEST(found[i].span()[k] == expected[i].span()[k], boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(the_layout_is_a_property_of_the_shape) {
  const Shape axes{blocks, 3, 5, block_size};
  const Shape packed = axes.in(Layout::blocked);
  BOOST_TEST((packed != axes));
  BOOST_TEST((packed.at(20).layout == Layout::blocked));
  BOOST_TEST((axes.at(20).layout == Layout::plain));
  BOOST_TEST((broadcast_shape(Shape{3, 1, 1}, packed) == packed));

  Graph g;
  const Expr x = pack(g.input("x", {batch, 3, 5}));
  BOOST_TEST((x.shape() == packed));
  BOOST_TEST((tanh(x).shape().layout() == Layout::blocked));
  BOOST_TEST((sum(x, {1}).shape() == Shape{blocks, 5, block_size}.in(Layout::blocked)));
  BOOST_TEST((sum(x, {3}).shape() == Shape{blocks, 3, 5}));
  BOOST_TEST((sum(x, {0}).shape() == Shape{3, 5, block_size}));
}

BOOST_AUTO_TEST_CASE(a_value_in_no_blocks_is_refused) {
  Graph g;
  const Expr x = g.parameter("x", {4, 3});
  BOOST_TEST(message_of<ShapeError>([&] { pack(x); }).find("first axis must be the batch") !=
             std::string::npos);
  BOOST_TEST(message_of<ShapeError>([&] { unpack(x); }).find("must be in the blocked layout") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
