#include <gradus/graph/declare/gradients.hpp>
#include <gradus/models/activation.hpp>
#include <gradus/models/activations/of_ops.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/tests/models/parameters.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <cmath>

using namespace gradus;
using namespace gradus::test;

namespace {

Classifier small(Graph& graph, const LossConfig& loss = {}) {
  return classifier(graph, "dense 3, tanh, dense 2", {2, 2}, loss);
}

const std::vector<double> images{0.1, -0.2, 0.3, 0.4, 1, 0, -1, 0.5, 0, 0, 0.7, -0.3};
const std::vector<double> labels{1, 0, 1};

/// The value of one node for the three examples above; every variable of rank 1, the biases, holds 0.5.
template <class Node>
std::vector<double> value_of(const LossConfig& loss, const Node& node) {
  Graph graph;
  const Classifier model = small(graph, loss);
  State<double> state(graph, 3);
  for (const Expr& w : graph.parameters())
    if (w.shape().rank() == 1)
      for (double& value : state[w].span()) value = 0.5;
  const Expr wanted = node(model);
  const auto program = compile<double>(graph, {wanted}, up_to(3));
  std::vector<Feed<double>> feeds;
  if (wanted != model.penalty) feeds.emplace_back(model.image, images);
  if (wanted != model.penalty && wanted != model.probabilities) feeds.emplace_back(model.label, labels);
  return numbers(program.run(state, feeds)[wanted]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(models)

BOOST_AUTO_TEST_CASE(a_dense_layer_is_a_product_and_a_bias) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  const Expr y = dense(x, 3, "layer");
  BOOST_TEST(to_string(y.shape()) == "(batch, 3)");
  BOOST_TEST(to_string(graph.find("layer/weight").shape()) == "(2, 3)");
  BOOST_TEST(to_string(graph.find("layer/bias").shape()) == "(3)");
  State<double> state(graph, 1);
  BOOST_TEST((numbers(std::as_const(state)["layer/bias"]) == std::vector<double>{0, 0, 0}));
  const std::vector<double> weight{1, 2, 3, 4, 5, 6};
  std::ranges::copy(weight, state["layer/weight"].data);
  const std::vector<double> bias{0.5, -0.5, 0.25};
  std::ranges::copy(bias, state["layer/bias"].data);
  const std::vector<double> fed{1, 10, -1, 2};
  const auto program = compile<double>(graph, {y}, up_to(2));
  const auto values = numbers(program.run(state, {{x, fed}})[y]);
  BOOST_TEST((values == std::vector<double>{41.5, 51.5, 63.25, 7.5, 7.5, 9.25}));
}

BOOST_AUTO_TEST_CASE(a_dense_layer_refuses) {
  Graph graph;
  const Expr cube = graph.input("cube", {batch, 2, 2});
  const std::string message = message_of<ShapeError>([&] { dense(cube, 3, "layer"); });
  BOOST_TEST(message.starts_with("the dense layer 'layer' (mlp.cpp:"));
  BOOST_TEST(message.ends_with(") takes a matrix (batch, n), but 'cube' is (batch, 2, 2): flatten it first"));
  const Expr x = graph.input("x", {batch, 2});
  dense(x, 3, "twice");
  BOOST_CHECK_THROW(dense(x, 3, "twice"), NameError);
}

BOOST_AUTO_TEST_CASE(activations_by_name) {
  Graph graph;
  const Expr x = graph.input("x", {batch});
  for (const std::string& name : registered_activations().names())
    BOOST_TEST((activation(name, x).shape() == x.shape()), name);
  BOOST_TEST((activation("linear", x) == x));
  for (const char* text : {"leaky-relu:0.5", "leaky-relu:slope=0.5"})
    BOOST_TEST(as<LeakyRelu>(activation(text, x).op())->slope == 0.5);
  BOOST_TEST(registered_activations().parse("leaky-relu:slope=0.5").text() == "leaky-relu:slope=0.5");
  BOOST_TEST(registered_activations().parse("leaky-relu:0.01").text() == "leaky-relu");
  BOOST_TEST(Activation(activations::Elu{.alpha = 2}).text() == "elu:alpha=2");
  check_refused<ValueError>([&] { activation("relu:1", x); }, "the activation relu takes no number");
  check_refused<NameError>(
      [&] { activation("sigmiod", x); },
      "unknown activation 'sigmiod'; did you mean 'sigmoid'? Known: sigmoid, tanh, relu, "
      "leaky-relu, elu, gelu, softplus, linear.");
}

BOOST_AUTO_TEST_CASE(the_course_network) {
  Graph graph;
  const Classifier model = classifier(graph, mlp_layers({}, 10));
  BOOST_TEST(parameters_of(graph) == 543860);
  BOOST_TEST(to_string(model.image.shape()) == "(batch, 784)");
  BOOST_TEST(to_string(model.label.shape()) == "(batch)");
  BOOST_TEST(to_string(model.probabilities.shape()) == "(batch, 10)");
  BOOST_TEST(to_string(model.predicted.shape()) == "(batch)");
  BOOST_TEST(to_string(model.losses.shape()) == "(batch)");
  BOOST_TEST(to_string(model.loss.shape()) == "()");
  BOOST_TEST(!model.penalty);
  std::string layers;
  Index total = 0;
  for (const LayerRow& layer : model.layers) {
    layers +=
        fmt::format("{}: {} {} {}\n", layer.name, layer.kind, to_string(layer.output), layer.parameters);
    total += layer.parameters;
  }
  BOOST_TEST(layers ==
             "hidden1: dense 500, relu (batch, 500) 392500\n"
             "hidden2: dense 250, relu (batch, 250) 125250\n"
             "hidden3: dense 100, relu (batch, 100) 25100\n"
             "output: dense 10, softmax (batch, 10) 1010\n");
  BOOST_TEST(total == 543860);
}

BOOST_AUTO_TEST_CASE(a_network_without_hidden_layers_is_softmax_regression) {
  Graph graph;
  PresetSettings settings;
  settings.hidden = {};
  classifier(graph, mlp_layers(settings, 10));
  BOOST_TEST(parameters_of(graph) == 7850);
}

BOOST_AUTO_TEST_CASE(losses_of_the_probabilities) {
  const auto p = value_of({}, [](const Classifier& model) { return model.probabilities; });
  std::vector<double> cross_entropy;
  std::vector<double> squared;
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(p[2 * i] + p[2 * i + 1] == 1, boost::test_tools::tolerance(1e-14));
    const double right = p[2 * i + static_cast<std::size_t>(labels[i])];
    cross_entropy.push_back(-std::log(right));
    squared.push_back(2 * (1 - right) * (1 - right));
  }
  const auto check = [](const LossConfig& config, const std::vector<double>& expected) {
    const auto found = value_of(config, [](const Classifier& model) { return model.losses; });
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      BOOST_TEST(found[i] == expected[i], boost::test_tools::tolerance(1e-13));
      sum += expected[i];
    }
    const double joined = value_of(config, [](const Classifier& model) { return model.loss; }).front();
    BOOST_TEST(joined == (config.reduction == Reduction::sum ? sum : sum / 3),
               boost::test_tools::tolerance(1e-13));
  };
  for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
    check({.reduction = reduction}, cross_entropy);
    check({.loss = "squared-error", .reduction = reduction}, squared);
  }
}

BOOST_AUTO_TEST_CASE(penalties_of_the_weights_but_not_the_biases) {
  Graph graph;
  small(graph);
  const State<double> state(graph, 3);
  double absolute = 0;
  double squares = 0;
  for (const char* name : {"hidden1/weight", "output/weight"})
    for (const double w : state[name].span()) {
      absolute += std::abs(w);
      squares += w * w;
    }
  const auto penalty = [](double l1, double l2) {
    return value_of({.l1 = l1, .l2 = l2}, [](const Classifier& model) { return model.penalty; }).front();
  };
  const auto close = boost::test_tools::tolerance(1e-13);
  BOOST_TEST(penalty(0.1, 0) == 0.1 * absolute, close);
  BOOST_TEST(penalty(0, 0.01) == 0.01 * squares, close);
  BOOST_TEST(penalty(0.1, 0.01) == 0.1 * absolute + 0.01 * squares, close);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const auto refused = [](const char* layers, const ImageSize& image, const LossConfig& loss,
                          const std::string& message) {
    BOOST_TEST(message_of<Error>([&] {
                 Graph graph;
                 classifier(graph, layers, image, loss);
               }) == message);
  };
  const char* usual = "dense 3, tanh, dense 2";
  refused(
      "dense 3, tanh, dense 0", {}, {},
      "layer 3, 'dense 0': units of the layer dense must be a whole number from 1 to 1000000000, not '0'");
  refused(usual, {}, {.l1 = -1}, "the L1 penalty's factor is a number from 0 on, not -1");
  refused(usual, {}, {.l2 = NAN}, "the L2 penalty's factor is a number from 0 on, not nan");
  refused(usual, {}, {.loss = "hinge"}, "unknown loss 'hinge'. Known: cross-entropy, squared-error.");
  refused(usual, {1, 0}, {}, "the shape (batch, 0) has an axis of size 0: every axis has at least one entry");
}

BOOST_AUTO_TEST_SUITE_END()
