#include <gradus/dump/dot.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/dump/drawn.hpp>
#include <gradus/tests/dump/golden.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/text.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string dot_of(const Graph& graph, const DotOptions& options = {}) {
  std::ostringstream out;
  write_dot(out, graph, options);
  return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dot)

BOOST_AUTO_TEST_CASE(golden) {
  Neuron neuron;
  minimize(neuron.loss, Sgd{});
  check_golden("neuron_training.dot", dot_of(neuron.graph));
}

BOOST_AUTO_TEST_CASE(every_node_and_every_use_once) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  minimize(model.loss + model.penalty, Sgd{});
  const std::string text = dot_of(graph, {.updates_whole = true});
  const auto count = [&](const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  std::size_t uses = 0;
  std::size_t sums = 0;
  std::size_t assignments = 0;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    BOOST_TEST(count(" n" + std::to_string(id) + " [label=") == 1U);
    uses += node.inputs().size();
    if (as<Accumulate>(node.op()) != nullptr) ++sums;
    if (as<Assign>(node.op()) != nullptr) ++assignments;
  }
  BOOST_TEST(count(" -> ") - count("style=invis") == uses);
  BOOST_TEST(sums > 0U);
  BOOST_TEST(count("shape=circle") == sums);
  BOOST_TEST(count("style=dashed") == assignments);
  BOOST_TEST(count("shape=cylinder") == graph.variables().size());
  for (const char* box :
       {"label=\"hidden1\"", "label=\"output\"", "label=\"backward/hidden1\"", "label=\"update/output\""})
    BOOST_TEST(count(box) == 1U, box);
}

BOOST_AUTO_TEST_CASE(the_update_of_a_parameter_is_one_box) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  minimize(model.loss, Adam{});
  const std::string text = dot_of(graph, {.rule = "adam"});
  const auto count = [&](const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  };
  BOOST_TEST(count("<b>weight ← adam</b>") == 2U);
  BOOST_TEST(count("<b>bias ← adam</b>") == 2U);
  BOOST_TEST(count("<b>settings of adam</b>") == 1U);
  BOOST_TEST(count("learning_rate") == 1U);
  BOOST_TEST(count("moment") == 0U);
  BOOST_TEST(count("style=dashed") == 4U);
  const std::size_t box = text.find("<b>settings of adam</b>");
  const std::size_t start = text.rfind("  n", box) + 2;
  const std::string settings = text.substr(start, text.find(' ', start) - start);
  BOOST_TEST(count("  " + settings + " -> ") == 4U);
  BOOST_TEST(count(" -> " + settings + " ") == 0U);
}

BOOST_AUTO_TEST_CASE(values_and_checks) {
  Neuron neuron;
  gradients(neuron.loss, {neuron.w});
  State<double> state = initialise<double>(neuron.graph, 1);
  const std::vector<double> x{1, 2, 3};
  const Recording recording = record(neuron.graph, state, {Feed<double>{neuron.x, x}});
  DotOptions options;
  options.numbers.values = &recording;
  const std::string without_y = dot_of(neuron.graph, options);
  BOOST_TEST(holds(without_y, "[[1, 2, 3]]"));
  BOOST_TEST(holds(without_y, "not computed"));
  const std::vector<double> y{1};
  const Recording whole = record(neuron.graph, state, {Feed<double>{neuron.x, x}, Feed<double>{neuron.y, y}});
  const std::vector<NumericCheck> checks = numeric_checks(neuron.graph, whole);
  options.numbers = {&whole, &checks};
  const std::string with_y = dot_of(neuron.graph, options);
  BOOST_TEST(!holds(with_y, "not computed"));
  BOOST_TEST(holds(with_y, "∂loss/∂w: error "));
  check_drawn(with_y);
}

// A label beside a circle has no room of its own and lies on others.
BOOST_AUTO_TEST_CASE(the_value_of_a_sum_is_in_it) {
  Graph graph;
  const Expr w = graph.parameter("w", {}, filled_with(3));
  gradients(square(w) + w, {w});
  State<double> state = initialise<double>(graph, 1);
  const Recording recording = record(graph, state, std::span<const Feed<double>>());
  DotOptions options;
  options.numbers.values = &recording;
  const std::string text = dot_of(graph, options);
  BOOST_TEST(holds(text, "label=<<b>+</b><br/><font point-size=\"8\">7</font>>, shape=ellipse"));
  BOOST_TEST(!holds(text, "xlabel=<"));
  check_drawn(text);
}

BOOST_AUTO_TEST_CASE(graphviz_draws_networks_without_a_warning) {
  for (const bool penalty : {false, true}) {
    Graph graph;
    const Classifier model =
        classifier(graph, "dense 5, relu, dense 4, relu, dense 3", {2, 3}, {.l2 = penalty ? 0.1 : 0});
    check_drawn(dot_of(graph));
    MinimizeOptions options;
    options.penalty = model.penalty;
    if (penalty) options.clip_norm = 1;
    const Expr step = minimize(model.loss, Adam{}, options);
    check_drawn(dot_of(graph));
    check_drawn(dot_of(graph, {.updates_whole = true}));
    const auto program = compile(graph, {model.loss, step}, up_to(8));
    check_drawn(dot_of(*program.lowered().graph));
  }
  check_drawn(dot_of(Graph()));
}

BOOST_AUTO_TEST_CASE(derivatives_of_derivatives_are_drawn_too) {
  Graph graph;
  const Expr w = graph.parameter("w", {3}, uniform(1));
  hessian_vector(sum(exp(w) * square(w)), w, graph.constant({1, -2, 3}, {3}));
  check_drawn(dot_of(graph));
}

BOOST_AUTO_TEST_SUITE_END()
