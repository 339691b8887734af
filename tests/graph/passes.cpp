// The passes one by one on small graphs.
#include <gradus/base/error.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/graph/declare/rule.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <map>

using namespace gradus;
using namespace gradus::test;

namespace {

LoweredGraph declared(const Graph& graph, const Exprs& roots) {
  return {std::shared_ptr<const Graph>(std::shared_ptr<const void>(), &graph), roots};
}

std::map<std::string, int> ops_of(const LoweredGraph& lowered) {
  std::map<std::string, int> counts;
  const std::vector<char> needed = needed_by(*lowered.graph, lowered.roots);
  for (std::size_t id = 0; id < lowered.graph->size(); ++id)
    if (needed[id] != 0) ++counts[std::string(lowered.graph->node(id).op().name())];
  return counts;
}

/// Textbook softmax and cross-entropy, and the gradient of its mean by the logits.
struct Classifier {
  Graph graph;
  Expr z = graph.input("z", {batch, 3});
  Expr label = graph.input("label", {batch});
  Expr t = one_hot(label, 3);
  Expr loss = mean(cross_entropy(softmax(z), t));
  Expr gradient = gradients(loss, {z}).front();
};

/// An op whose shape rule changes its mind.
struct Fickle : Elementwise<1> {
  static constexpr Description description{"fickle", "x", "x"};
  static constexpr bool no_derivative = true;
  mutable bool asked = false;
  static Attributes attributes() { return {}; }
  Shape infer(std::span<const Shape> inputs) const {
    return std::exchange(asked, true) ? Shape{7} : inputs[0];
  }
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(one_by_one)

BOOST_AUTO_TEST_CASE(dead_nodes_go) {
  Graph g;
  const Expr x = g.parameter("x", {2});
  const Expr y = exp(x);
  tanh(x);
  g.parameter("unused", {});
  const LoweredGraph after = remove_dead_nodes(declared(g, {y, y}));
  BOOST_TEST(g.size() == 4U);
  BOOST_TEST_REQUIRE(after.graph->size() == 2U);
  BOOST_TEST(after.graph->node(0).name() == "x");
  BOOST_TEST(after.graph->node(1).name() == "exp");
  BOOST_TEST((after.roots == Exprs(2, Expr(after.graph->node(1)))));
}

BOOST_AUTO_TEST_CASE(equal_expressions_are_computed_once) {
  Graph g;
  const Expr x = g.parameter("x", {2});
  const LoweredGraph before =
      declared(g, {tanh(exp(x)) + tanh(exp(x)), leaky_relu(x, 0.1), leaky_relu(x, 0.2)});
  const auto counts = ops_of(remove_dead_nodes(before));
  BOOST_TEST(counts.at("exp") == 1);
  BOOST_TEST(counts.at("tanh") == 1);
  BOOST_TEST(counts.at("leaky_relu") == 2);
}

BOOST_AUTO_TEST_CASE(equal_constants_are_one_where_their_bits_are_equal) {
  Graph g;
  const auto constant = [&](std::vector<double> values) { return g.constant(std::move(values), {2}); };
  const double nan = std::nan("");
  const LoweredGraph before = declared(g, {constant({1, 2}), constant({1, 2}), constant({1, 0.0}),
                                           constant({1, -0.0}), constant({nan, 1}), constant({nan, 1})});
  BOOST_TEST(ops_of(before).at("constant") == 6);
  BOOST_TEST(ops_of(remove_dead_nodes(before)).at("constant") == 4);
}

// t − p Σ t is t − p for a row t of one_hot, and for nothing else.
BOOST_AUTO_TEST_CASE(the_sum_of_a_row_of_one_hot_is_left_out) {
  Graph g;
  const Expr t = one_hot(g.input("label", {batch}), 3);
  const Expr p = g.input("p", {batch, 3});
  const Expr by_sum = t - p * sum(t, {-1}, KeepAxes::yes);
  const Expr by_other = t - p * sum(p, {-1}, KeepAxes::yes);
  BOOST_TEST(!ops_of(simplify(declared(g, {by_sum}))).contains("sum"));
  BOOST_TEST(ops_of(simplify(declared(g, {by_other}))).contains("sum"));
  const std::vector<double> labels{0, 2, 3, 1.5};
  const std::vector<double> numbers{0.1, 0.2, 0.7, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::vector<Tensor<double>> results;
  for (const bool passes : {true, false}) {
    CompileOptions options = up_to(4);
    options.passes = passes;
    const auto program = compile<double>(g, {by_sum}, options);
    State<double> state(g, 1);
    const auto values = program.run(state, {{g.find("label"), labels}, {p, numbers}})[by_sum];
    Tensor<double> copy(values.extents);
    std::ranges::copy(values.span(), copy.data());
    results.push_back(copy);
  }
  for (Index i = 0; i < 12; ++i)
    BOOST_TEST((results[0][i] == results[1][i] || (std::isnan(results[0][i]) && std::isnan(results[1][i]))),
               i << ": " << results[0][i] << " and " << results[1][i]);
}

BOOST_AUTO_TEST_CASE(what_a_pass_makes_equal_is_one_node) {
  Graph g;
  const Expr x = g.parameter("x", {2});
  const Expr y = g.parameter("y", {2});
  const LoweredGraph after = simplify(declared(g, {x - (-y), x + y, -(-(x + y * 1.0))}));
  BOOST_TEST(after.graph->size() == 3U);
  BOOST_TEST((after.roots == Exprs(3, Expr(after.graph->node(2)))));
}

BOOST_AUTO_TEST_CASE(inputs_and_effects_are_never_one) {
  Graph g;
  const Expr a = g.input("a", {batch});
  const Expr b = g.input("b", {batch});
  BOOST_TEST(remove_dead_nodes(declared(g, {a + b, b + a})).graph->size() == 4U);
}

BOOST_AUTO_TEST_CASE(nodes_say_which_rule_of_the_last_pass_made_them) {
  Graph g;
  const Expr x = g.parameter("x", {2});
  const Expr y = g.parameter("y", {2});
  const Expr c = g.parameter("c", {2});
  const LoweredGraph before = declared(g, {(c * x - c * y).named("difference")});
  const LoweredGraph after = simplify(before);
  BOOST_TEST_REQUIRE(after.applied.size() == 1U);
  BOOST_TEST(after.applied[0].first == "difference");
  BOOST_TEST(after.applied[0].second->title() == "subtract: common factor");
  BOOST_TEST(after.roots[0].node().rule() == after.applied[0].second);
  BOOST_TEST(after.graph->find("x").node().rule() == nullptr);
  const LoweredGraph later = remove_dead_nodes(after);
  BOOST_TEST(later.applied.empty());
  BOOST_TEST(later.roots[0].node().rule() == nullptr);
}

BOOST_AUTO_TEST_CASE(constants_are_folded) {
  Graph g;
  const Expr x = g.parameter("x", {2, 2});
  const Expr c = g.constant({1, 2, 3, 4}, {2, 2});
  const LoweredGraph after = simplify(declared(g, {x + matmul(c, c) * exp(g.constant(0.0, {2, 2}))}));
  const auto counts = ops_of(after);
  BOOST_TEST(!counts.contains("matmul"));
  BOOST_TEST(!counts.contains("exp"));
  const auto* folded = as<Constant>(after.roots[0].input(1));
  BOOST_REQUIRE(folded != nullptr);
  BOOST_TEST(folded->values == (std::vector<double>{7, 10, 15, 22}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(constants_of_a_batch_are_folded_where_each_element_is_the_same) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const LoweredGraph after = simplify(declared(g, {x * square(g.constant(3, {batch}))}));
  BOOST_TEST(as<Fill>(after.roots[0].input(1))->value == 9);
  // How many there are is not known before the run.
  BOOST_TEST(ops_of(simplify(declared(g, {sum(g.constant(1, {batch})) + sum(x)}))).at("sum") == 2);
}

BOOST_AUTO_TEST_CASE(simplifications) {
  const auto simplified = [](const std::function<Expr(Expr)>& f) {
    Graph g;
    const Expr x = g.parameter("x", {2, 3});
    const LoweredGraph after = simplify(declared(g, {f(x)}));
    verify(after, "simplify");
    return std::string(after.roots[0].op().name());
  };
  BOOST_TEST(simplified([](Expr x) { return x + 0.0; }) == "variable");
  BOOST_TEST(simplified([](Expr x) { return x * 1.0; }) == "variable");
  BOOST_TEST(simplified([](Expr x) { return -(-x); }) == "variable");
  BOOST_TEST(simplified([](Expr x) { return transpose(transpose(x)); }) == "variable");
  BOOST_TEST(simplified([](Expr x) { return reshape(reshape(x, {6}), {2, 3}); }) == "variable");
  BOOST_TEST(simplified([](Expr x) { return power(x, 2); }) == "square");
  BOOST_TEST(simplified([](Expr x) { return x / 4.0; }) == "multiply");
  BOOST_TEST(simplified([](Expr x) { return x / 3.0; }) == "divide");
  BOOST_TEST(simplified([](Expr x) { return x - (-x); }) == "add");
}

BOOST_AUTO_TEST_CASE(what_holds_for_most_numbers_only_is_no_simplification) {
  const auto unchanged = [](const std::function<Expr(Expr)>& f) {
    Graph g;
    const Expr y = f(g.parameter("x", {2, 3}));
    return simplify(declared(g, {y})).roots[0].op().name() == y.op().name();
  };
  // NaN and ∞ times 0 are NaN, and Σ one_hot is NaN for a label that is no class.
  BOOST_TEST(unchanged([](Expr x) { return x * 0.0; }));
  BOOST_TEST(unchanged([](Expr x) { return sum(one_hot(x, 3), {-1}); }));
}

BOOST_AUTO_TEST_CASE(rules_come_to_rest_on_constants_alone) {
  Graph g;
  const Expr a = g.constant(2, {2});
  for (const Expr& y : {a * a, a + a, a / a, a - a, -a, linear(a, 2, 1)})
    BOOST_CHECK_NO_THROW(simplify(declared(g, {y})));
}

BOOST_AUTO_TEST_CASE(a_transpose_goes_into_the_product) {
  Graph g;
  const Expr a = g.parameter("a", {3, 2});
  const Expr b = g.parameter("b", {3, 4});
  const LoweredGraph after = simplify(declared(g, {matmul(transpose(a), b)}));
  BOOST_TEST(as<Matmul>(after.roots[0])->transposed.a);
  BOOST_TEST(!ops_of(after).contains("transpose"));
}

BOOST_AUTO_TEST_CASE(plain_descent_becomes_one_update) {
  Graph g;
  const Expr x = g.input("x", {batch, 3});
  const Expr w = g.parameter("w", {3, 2});
  const Expr loss = mean(square(matmul(x, w)));
  const Expr rate = g.hyper_parameter("rate", 0.1);
  const Expr step = train_step(loss, {assign(w, w - rate * gradients(loss, {w}).front())});
  const auto counts = ops_of(compile<float>(g, {step}).lowered());
  BOOST_TEST(counts.at("product_update") == 1);
  BOOST_TEST(counts.at("matmul") == 1);
}

BOOST_AUTO_TEST_CASE(names_given_by_the_user_are_kept) {
  Graph g;
  const Expr x = g.input("x", {batch});
  // Simplifying makes a new multiply before the input of that name comes.
  const Expr y = linear(x, 2, 0);
  const Expr other = g.input("multiply", {batch});
  const auto program = compile<double>(g, {y + other});
  auto state = initialise<double>(g, 1);
  const Expr sum_of_both = y + other;
  const auto second = compile<double>(g, {sum_of_both});
  auto fresh = initialise<double>(g, 1);
  const std::vector<double> one{1};
  const std::vector<double> ten{10};
  BOOST_TEST(second.run(fresh, {{x, one}, {other, ten}})[sum_of_both][0] == 12);
}

BOOST_AUTO_TEST_CASE(what_is_fed_does_not_depend_on_the_passes) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const Expr y = x * 0.0;
  const std::vector<double> values{1, 2, 3};
  for (const bool passes : {false, true}) {
    CompileOptions options;
    options.passes = passes;
    const auto program = compile<double>(g, {y}, options);
    auto state = initialise<double>(g, 1);
    BOOST_TEST(program.run(state, {{x, values}})[y].size() == 3);
  }
}

BOOST_AUTO_TEST_CASE(verification_rejects_what_is_broken) {
  Graph g;
  const Expr x = g.parameter("x", {2});
  apply(Fickle{}, {x});
  const LoweredGraph broken{std::shared_ptr<Graph>(&g, [](Graph*) {}), {x}};
  const std::string message = message_of<InternalError>([&] { verify(broken, "a-pass"); });
  BOOST_TEST(message ==
             "gradus is broken, please report this: after a-pass, fickle 'fickle' does not have the shape "
             "its op infers");
  Graph other;
  const LoweredGraph astray{std::make_shared<Graph>(), {other.parameter("v", {})}};
  BOOST_TEST(
      message_of<InternalError>([&] { verify(astray, "a-pass"); }) ==
      "gradus is broken, please report this: after a-pass, variable 'v' is an output but was left behind");
}

BOOST_AUTO_TEST_CASE(passes_that_change_something_are_traced_and_the_graph_is_verified) {
  Classifier c;
  std::vector<std::string> names;
  CompileOptions options;
  options.trace = [&](std::string_view name, const LoweredGraph& lowered) {
    names.emplace_back(name);
    BOOST_TEST(lowered.roots.size() == 1U);
  };
  compile<float>(c.graph, {c.loss}, options);
  BOOST_TEST(names.front() == "declared");
  BOOST_TEST((std::ranges::find(names, "stabilise") != names.end()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(softmax_and_cross_entropy)

BOOST_AUTO_TEST_CASE(the_gradient_becomes_p_minus_t) {
  Classifier c;
  const LoweredGraph lowered = compile<float>(c.graph, {c.gradient}).lowered();
  const auto counts = ops_of(lowered);
  BOOST_TEST(counts.at("softmax") == 1);
  BOOST_TEST(counts.at("subtract") == 1);
  bool found = false;
  for (std::size_t id = 0; id < lowered.graph->size(); ++id) {
    const Expr node(lowered.graph->node(id));
    if (as<Subtract>(node) != nullptr)
      found = as<Softmax>(node.input(0)) != nullptr && as<OneHot>(node.input(1)) != nullptr;
    // The one division left is the mean's, of a scalar.
    if (as<Divide>(node) != nullptr) BOOST_TEST(node.shape().is_scalar());
  }
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(the_loss_uses_the_logarithm_of_softmax) {
  Classifier c;
  const auto counts = ops_of(compile<float>(c.graph, {c.loss}).lowered());
  BOOST_TEST(counts.contains("log_softmax"));
  BOOST_TEST(!counts.contains("cross_entropy"));
  BOOST_TEST(!counts.contains("softmax"));
}

BOOST_AUTO_TEST_CASE(the_logarithm_written_out_is_stabilised_too) {
  Graph g;
  const Expr z = g.input("z", {batch, 3});
  const auto counts = ops_of(stabilise(declared(g, {log(softmax(z))})));
  BOOST_TEST(counts.contains("log_softmax"));
}

BOOST_AUTO_TEST_CASE(large_logits_give_a_finite_loss_and_the_right_gradient) {
  Classifier c;
  const auto program = compile<float>(c.graph, {c.loss, c.gradient});
  auto state = initialise<float>(c.graph, 1);
  const std::vector<float> z{1000, -1000, 0, -1000, 1000, 0};
  const std::vector<float> label{1, 1};
  const auto results = program.run(state, {{c.z, z}, {c.label, label}});
  BOOST_TEST(results.scalar(c.loss) == 1000);
  const std::vector<float> expected{0.5, -0.5, 0, 0, 0, 0};
  BOOST_TEST(results[c.gradient].span() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
