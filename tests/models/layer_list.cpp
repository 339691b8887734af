// Networks as lists of layers: their texts, their scopes, what is refused.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/models/activations/all.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/layers/all.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/own_parts.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string names_of(const Exprs& nodes) {
  std::string names;
  for (const Expr& node : nodes) names += node.name() + " ";
  return names;
}

std::string refusal_of(const std::string& layers) {
  return message_of<Error>([&] {
    Graph graph;
    classifier(graph, Layers(layers), {12, 12});
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lists_of_layers)

BOOST_AUTO_TEST_CASE(a_text_is_read_and_written_as_itself) {
  const std::string text =
      "conv 6 5x5, max 2, relu, conv 16 5x5 stride=2 padding=1 bias=0, batch-norm, leaky-relu slope=0.2, "
      "average 3 stride=1, layer-norm, flatten, dense 120, relu, dropout 0.3, dense 10";
  BOOST_TEST(Layers(text).text() == text);
  BOOST_TEST(Layers(" conv 6:5 1 0,max-pool  2,leaky-relu:0.01 ,batch_norm ").text() ==
             "conv 6 5x5, max 2, leaky-relu, batch-norm");
  const Layers written{layers::Conv{.channels = 4, .kernel = 3}, activations::Tanh(), layers::Dense{7}};
  BOOST_TEST(written.text() == "conv 4 3x3, tanh, dense 7");
  for (const auto& layer : registered_layers()) BOOST_TEST(layer.kind == "layer");
}

BOOST_AUTO_TEST_CASE(presets_are_such_lists) {
  PresetSettings settings;
  BOOST_TEST(mlp_layers(settings, 10) == "dense 500, relu, dense 250, relu, dense 100, relu, dense 10");
  settings.hidden = {120};
  settings.dropout = 0.3;
  BOOST_TEST(cnn_layers(settings, 3) ==
             "conv 6 5, max 2, relu, conv 16 5, max 2, relu, flatten, dense 120, relu, dropout 0.3, dense 3");
  settings.normalisation = "batch";
  settings.padding = 1;
  settings.pool_every = 2;
  settings.head = "average";
  BOOST_TEST(Layers(cnn_layers(settings, 3)).text() ==
             "conv 6 5x5 padding=1 bias=0, batch-norm, relu, conv 16 5x5 padding=1 bias=0, max 2, "
             "batch-norm, relu, global-average, dense 120, batch-norm, relu, dropout 0.3, dense 3");
}

BOOST_AUTO_TEST_CASE(scopes_and_rows) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2, 9, 9});
  const DeclaredLayers declared = declare(
      "dropout 0.1, conv 3 2x2 stride=2 padding=1, max 2 stride=1, batch-norm, tanh, batch-norm, "
      "layer-norm, flatten, dense 4, layer-norm, dense 4, dense 2",
      x);
  BOOST_TEST(names_of(graph.parameters()) ==
             "conv1/weight conv1/bias conv1/norm/scale conv1/norm/shift conv1/norm2/scale conv1/norm2/shift "
             "conv1/norm3/shift conv1/norm3/scale hidden1/weight hidden1/bias hidden1/norm/shift "
             "hidden1/norm/scale hidden2/weight hidden2/bias output/weight output/bias ");
  BOOST_TEST(names_of(declared.weights) == "conv1/weight hidden1/weight hidden2/weight output/weight ");
  for (const char* name : {"conv1/max_pool", "conv1/tanh", "reshape"}) BOOST_TEST(graph.contains(name), name);
  std::string rows;
  for (const LayerRow& row : declared.rows)
    rows += fmt::format("{}: {} {} → {}, stride {} padding {}, {} {}\n", row.name, row.kind,
                        to_string(row.input), to_string(row.output), row.stride.value_or(-1),
                        row.padding.value_or(-1), row.parameters, row.multiply_adds);
  BOOST_TEST(rows ==
             "dropout: dropout 0.1 (batch, 2, 9, 9) → (batch, 2, 9, 9), stride -1 padding -1, 0 0\n"
             "conv1: conv 3 2x2 stride=2 padding=1 (batch, 2, 9, 9) → (batch, 3, 5, 5), "
             "stride 2 padding 1, 27 600\n"
             "pool1: max 2 stride=1, batch-norm, tanh, batch-norm, layer-norm (batch, 3, 5, 5) → "
             "(batch, 3, 4, 4), stride 1 padding -1, 108 0\n"
             "flatten: flatten (batch, 3, 4, 4) → (batch, 48), stride -1 padding -1, 0 0\n"
             "hidden1: dense 4, layer-norm (batch, 48) → (batch, 4), stride -1 padding -1, 204 192\n"
             "hidden2: dense 4 (batch, 4) → (batch, 4), stride -1 padding -1, 20 16\n"
             "output: dense 2 (batch, 4) → (batch, 2), stride -1 padding -1, 10 8\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_the_layer_and_its_place) {
  const std::pair<const char*, const char*> refused[] = {
      {"dense 4, rellu, dense 2", "layer 2, 'rellu': unknown layer 'rellu'; did you mean 'relu'? Known: "},
      {"dense 4, , dense 2", "layer 2 of 'dense 4, , dense 2' is empty: "},
      {"", "layer 1 of '' is empty: "},
      {"dense", "layer 1, 'dense': the layer dense needs units, as in dense UNITS"},
      {"dense 4 5", "layer 1, 'dense 4 5': the layer dense takes units and nothing more"},
      {"conv 6 5x4", "layer 1, 'conv 6 5x4': kernel of the layer conv must be a whole number from 1"},
      {"conv 6 5x5 strid=2", "did you mean 'stride'?"},
      {"conv 2.5 5x5", "channels of the layer conv must be a whole number from 1 to 1000000000, not '2.5'"},
      {"flatten, conv 6 5x5, dense 2", "layer 2, 'conv 6 5x5': the convolution 'conv1'"},
      {"conv 6 5x5, dense 2", "layer 2, 'dense 2': the dense layer 'output'"},
      {"conv 6 5x5, max 9, flatten, dense 2", "layer 2, 'max 9': max_pool in 'conv1'"},
      {"conv 6 5x5", "the network ends in (batch, 6, 8, 8), but (batch, classes) is needed"}};
  for (const auto& [layers, part] : refused) {
    const std::string message = refusal_of(layers);
    BOOST_TEST(message.find(part) != std::string::npos, layers << ": " << message);
  }
}

BOOST_AUTO_TEST_CASE(a_layer_of_one_s_own) {
  ModelParts parts;
  parts.layers.add<Scaling>();
  Graph graph;
  const Expr x = graph.input("x", {batch, 3});
  declare({"scaling, dense 2, scaling 0.5, scaling", parts}, x);
  BOOST_TEST(names_of(graph.parameters()) ==
             "scaling/factor output/weight output/bias output/scaling/factor output/scaling2/factor ");
  const State<double> state(graph, 1);
  BOOST_TEST(state["output/scaling/factor"].span()[1] == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
