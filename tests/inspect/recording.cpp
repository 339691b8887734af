#include <gradus/base/error.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/recording.hpp>
#include <gradus/inspect/statistics.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace gradus;
using namespace gradus::test;

namespace {

/// y = w x and the loss (y − 1)², one number each: all of a step can be worked out by hand.
struct Line {
  Graph graph;
  Expr x = graph.input("x", {});
  Expr w = graph.parameter("w", {}, filled_with(2));
  Expr y = (w * x).named("y");
  Expr loss = square(y - 1).named("loss");
};

std::vector<double> values_of(const Tensor<double>& tensor) {
  return {tensor.span().begin(), tensor.span().end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recording)

BOOST_AUTO_TEST_CASE(takes_feeds_in_braces_as_a_program_does) {
  Line line;
  State<double> state = initialise<double>(line.graph, 1);
  const Recorder<double> recorder(line.graph, {line.x}, 1);
  const double three = 3;
  BOOST_TEST(recorder.run(state, {{line.x, three}}).value(line.y.node())[0] == 6);
  const KeepValue loss_alone = [&](const Node& node) { return &node == &line.loss.node(); };
  BOOST_TEST(!recorder.run(state, {{line.x, three}}, loss_alone).has(line.y.node()));
}

// Without an input that says how many examples there are, nothing that depends on their number is computed.
BOOST_AUTO_TEST_CASE(leaves_out_what_depends_on_an_unknown_batch) {
  Line line;
  const Expr n = line.graph.batch_size();
  const Expr doubled = n * 2.0;
  State<double> state = initialise<double>(line.graph, 1);
  const double three = 3;
  const Recording recording = record<double>(line.graph, state, {{line.x, three}});
  BOOST_TEST(recording.has(line.loss.node()));
  BOOST_TEST(!recording.has(n.node()));
  BOOST_TEST(!recording.has(doubled.node()));
}

BOOST_AUTO_TEST_CASE(a_step_by_hand) {
  Line line;
  const Expr step = minimize(line.loss, Sgd{.learning_rate = 0.1});
  State<double> state = initialise<double>(line.graph, 1);
  Recorder<double> recorder(line.graph, {line.x}, 1, step);
  const double three = 3;
  const std::vector<Feed<double>> feeds{{line.x, three}};
  const Recording first = recorder.run(state, feeds);
  // y = 6, loss 25, dloss/dw = 2 · 5 · 3 = 30, w ← 2 − 0.1 · 30.
  BOOST_TEST(first.value(line.y.node())[0] == 6);
  BOOST_TEST(first.value(line.loss.node())[0] == 25);
  BOOST_TEST(first.value(line.w.node())[0] == 2);
  BOOST_TEST_REQUIRE(first.after(line.w.node()) != nullptr);
  BOOST_TEST((*first.after(line.w.node()))[0] == -1);
  const Expr assignment = line.graph.find("update/w/assign");
  BOOST_TEST(first.value(assignment.node())[0] == -1);
  BOOST_TEST(first.step() == 0);
  BOOST_TEST(!first.has(step.node()));
  BOOST_TEST(first.after(line.y.node()) == nullptr);
  for (const Adjoint& adjoint : line.graph.adjoints())
    if (adjoint.of == &line.w.node()) BOOST_TEST(first.value(adjoint.total.node())[0] == 30);

  const Recording second = recorder.run(state, feeds);
  BOOST_TEST(second.value(line.w.node())[0] == -1);
  BOOST_TEST(second.value(line.y.node())[0] == -3);
  BOOST_TEST(second.step() == 1);
  BOOST_TEST(state.step == 2);
}

BOOST_AUTO_TEST_CASE(without_a_step_nothing_changes) {
  Line line;
  const Expr step = minimize(line.loss, Sgd{});
  State<double> state = initialise<double>(line.graph, 1);
  const Recording recording = record(line.graph, state, {Feed<double>{line.x, 3.0}});
  BOOST_TEST(recording.value(line.loss.node())[0] == 25);
  BOOST_TEST(!recording.has(line.graph.find("update/w/assign").node()));
  BOOST_TEST(recording.after(line.w.node()) == nullptr);
  BOOST_TEST(state["w"][0] == 2);
  BOOST_TEST(state.step == 0);
  BOOST_TEST(!recording.has(step.node()));
}

BOOST_AUTO_TEST_CASE(what_is_not_computed_has_no_value) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  const Expr missing = graph.input("missing", {batch, 2});
  const Expr sum = x + missing;
  const Expr twice = x * 2;
  State<double> state = initialise<double>(graph, 1);
  const std::vector<double> values{1, 2, 3, 4};
  const Recording recording = record(graph, state, {Feed<double>{x, values}});
  BOOST_TEST(recording.batch() == 2);
  BOOST_TEST(values_of(recording.value(twice.node())) == (std::vector<double>{2, 4, 6, 8}),
             boost::test_tools::per_element());
  for (const Expr& absent : {missing, sum}) {
    BOOST_TEST(!recording.has(absent.node()));
    BOOST_TEST(message_of<GraphError>([&] { recording.value(absent.node()); }) ==
               "'" + absent.name() + "' was not computed in the run recorded, or not kept");
  }
  const Expr later = twice + 1;
  BOOST_TEST(!recording.has(later.node()));
  const Graph other;
  Line elsewhere;
  BOOST_CHECK_THROW(recording.has(elsewhere.y.node()), GraphError);
}

BOOST_AUTO_TEST_CASE(without_a_batch_what_has_one_is_not_computed) {
  Graph graph;
  const Expr x = graph.input("x", {batch});
  const Expr w = graph.parameter("w", {}, filled_with(3));
  const Expr twice = w * 2;
  const Expr ones = graph.constant(1.0, {batch});
  State<double> state = initialise<double>(graph, 1);
  const Recording recording = record(graph, state, std::span<const Feed<double>>());
  BOOST_TEST(recording.value(twice.node())[0] == 6);
  BOOST_TEST(!recording.has(x.node()));
  BOOST_TEST(!recording.has(ones.node()));
}

BOOST_AUTO_TEST_CASE(only_what_is_to_be_kept) {
  Line line;
  const Expr step = minimize(line.loss, Sgd{});
  State<double> state = initialise<double>(line.graph, 1);
  const Recording recording = record(line.graph, state, {Feed<double>{line.x, 3.0}}, step,
                                     [&](const Node& node) { return &node == &line.loss.node(); });
  BOOST_TEST(recording.has(line.loss.node()));
  BOOST_TEST(!recording.has(line.y.node()));
  BOOST_TEST(recording.after(line.w.node()) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_network_records_what_its_compiled_program_computes) {
  Graph graph;
  const Classifier model = classifier(graph, "dense 5, relu, dense 4, relu, dense 3", {2, 3});
  const Expr step = minimize(model.loss, Adam{});
  const auto program = compile<double>(graph, {model.loss, step}, up_to(7));
  const std::vector<double> images = [] {
    std::vector<double> values;
    for (int i = 0; i < 42; ++i) values.push_back(std::sin(i));
    return values;
  }();
  const std::vector<double> labels{0, 1, 2, 0, 1, 2, 1};
  const std::vector<Feed<double>> feeds{{model.image, images}, {model.label, labels}};
  State<double> recorded = initialise<double>(graph, 1);
  State<double> trained = initialise<double>(graph, 1);
  Recorder<double> recorder(graph, {model.image, model.label}, 7, step);
  for (int i = 0; i < 5; ++i) {
    const Recording recording = recorder.run(recorded, feeds);
    const double loss = program.run(trained, feeds).scalar(model.loss);
    BOOST_TEST(recording.value(model.loss.node())[0] == loss, boost::test_tools::tolerance(1e-12));
    for (std::size_t id = 0; id < graph.size(); ++id)
      BOOST_TEST(recording.has(graph.node(id)) == (&graph.node(id) != &step.node()));
    for (const gradus::Variable& variable : graph.variables()) {
      const Tensor<double>* after = recording.after(*variable.node);
      if (after == nullptr) continue;
      for (Index j = 0; j < after->size(); ++j)
        BOOST_TEST((*after)[j] == trained[variable.name][j], boost::test_tools::tolerance(1e-9));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_state_of_floats_in_double) {
  Line line;
  State<float> state = initialise<float>(line.graph, 5);
  state["w"][0] = 0.1F;
  state.step = 9;
  const State<double> copy = state_in_double(line.graph, state);
  BOOST_TEST(copy["w"][0] == static_cast<double>(0.1F));
  BOOST_TEST(copy.step == 9);
  BOOST_TEST(copy.seed == 5U);
  Graph other;
  other.parameter("w", {2});
  BOOST_CHECK_THROW(state_in_double(other, state), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_tensor_in_a_few_numbers)

BOOST_AUTO_TEST_CASE(statistics_by_hand) {
  Tensor<double> x(Extents{2, 2});
  std::ranges::copy(std::vector<double>{3, -4, 0, 1}, x.data());
  const Statistics s = statistics(x);
  BOOST_TEST(s.min == -4);
  BOOST_TEST(s.max == 3);
  BOOST_TEST(s.mean == 0);
  BOOST_TEST(s.norm == std::sqrt(26.0), boost::test_tools::tolerance(1e-15));
  BOOST_TEST(s.size == 4);
  BOOST_TEST(s.not_finite == 0);
  BOOST_TEST((s.shape == Extents{2, 2}));
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_counted_apart) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  Tensor<double> x(Extents{4});
  std::ranges::copy(std::vector<double>{inf, 2, std::nan(""), 4}, x.data());
  const Statistics s = statistics(x);
  BOOST_TEST(s.not_finite == 2);
  BOOST_TEST(s.min == 2);
  BOOST_TEST(s.mean == 3);
  BOOST_TEST(s.max == 4);
  const Histogram h = histogram(x, 2);
  BOOST_TEST(h.counts == (std::vector<Index>{1, 1}), boost::test_tools::per_element());
  std::ranges::fill(x.span(), inf);
  BOOST_TEST(std::isnan(statistics(x).mean));
  BOOST_TEST(histogram(x).counts.empty());
  BOOST_TEST(!std::isfinite(picture(x, 1, 2).values[0]));
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_do_not_overflow) {
  Tensor<double> x(Extents{2});
  x[0] = x[1] = 1e308;
  BOOST_TEST(statistics(x).mean == 1e308);
  BOOST_TEST(statistics(x).norm == 1e308 * std::sqrt(2.0) / 1, boost::test_tools::tolerance(1e-15));
  x[1] = -1e308;
  BOOST_TEST(histogram(x, 2).counts == (std::vector<Index>{1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(histograms_by_hand) {
  Tensor<double> x(Extents{5});
  std::ranges::copy(std::vector<double>{0, 1, 2, 3, 4}, x.data());
  const Histogram h = histogram(x, 4);
  BOOST_TEST(h.from == 0);
  BOOST_TEST(h.to == 4);
  BOOST_TEST(h.counts == (std::vector<Index>{1, 1, 1, 2}), boost::test_tools::per_element());
  std::ranges::fill(x.span(), 7);
  BOOST_TEST(histogram(x, 4).counts == (std::vector<Index>{5}), boost::test_tools::per_element());
  BOOST_CHECK_THROW(histogram(x, 0), ValueError);
}

BOOST_AUTO_TEST_CASE(pictures_by_hand) {
  Tensor<double> x(Extents{2, 4});
  std::ranges::copy(std::vector<double>{1, 3, 5, 7, 2, 4, 6, 8}, x.data());
  const Picture p = picture(x, 8, 2);
  BOOST_TEST(p.rows == 2);
  BOOST_TEST(p.columns == 2);
  BOOST_TEST(p.values == (std::vector<double>{2, 6, 3, 7}), boost::test_tools::per_element());
  BOOST_TEST(picture(x, 1, 1).values == (std::vector<double>{4.5}), boost::test_tools::per_element());
  const Tensor<double> scalar{Extents{}};
  BOOST_TEST(picture(scalar, 3, 3).values.size() == 1U);
  BOOST_CHECK_THROW(picture(x, 0, 1), ValueError);
}

BOOST_AUTO_TEST_SUITE_END()
