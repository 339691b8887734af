#include <gradus/base/error.hpp>
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/models/parameters.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/plans.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <set>

using namespace gradus;
using namespace gradus::test;

namespace {

struct Row {
  std::string name;
  std::string output;
  Index parameters;
  Index multiply_adds;
};

void check_layers(const Classifier& model, const std::vector<Row>& expected) {
  BOOST_TEST_REQUIRE(model.layers.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST_CONTEXT(expected[i].name) {
      BOOST_TEST(model.layers[i].name == expected[i].name);
      BOOST_TEST(to_string(model.layers[i].output) == expected[i].output);
      BOOST_TEST(model.layers[i].parameters == expected[i].parameters);
      BOOST_TEST(model.layers[i].multiply_adds == expected[i].multiply_adds);
    }
}

Index parameters_of(const Classifier& model) {
  Index total = 0;
  for (const LayerRow& layer : model.layers) total += layer.parameters;
  return total;
}

/// A network with one of everything, for images of 8 × 6.
std::string small(const std::string& normalisation, const std::string& pooling, const std::string& head) {
  PresetSettings settings;
  settings.channels = {3, 4};
  settings.kernel = 3;
  settings.padding = 1;
  settings.pooling = pooling;
  settings.head = head;
  settings.hidden = {5};
  settings.activation = "tanh";
  settings.normalisation = normalisation;
  settings.dropout = 0.3;
  return cnn_layers(settings, 3);
}
constexpr ImageSize small_image{8, 6};

/// 19 images that fill one block and begin another.
struct Fed {
  std::vector<double> images;
  std::vector<double> labels;

  Fed() {
    for (int i = 0; i < 19 * 48; ++i) images.push_back(std::sin(0.7 * i) * std::cos(0.013 * i * i));
    for (int i = 0; i < 19; ++i) labels.push_back(i % 3);
  }
};

/// The values of every variable after two training steps, and the probabilities then.
std::vector<double> trained(const std::string& layers, const CompileOptions& options) {
  static const Fed fed;
  Graph graph;
  const Classifier model = classifier(graph, layers, small_image);
  const Expr step = minimize(model.loss, Sgd{.learning_rate = 0.5});
  State<double> state(graph, 5);
  const auto train = compile<double>(graph, {model.loss, step}, options);
  for (int i = 0; i < 2; ++i) train.run(state, {{model.image, fed.images}, {model.label, fed.labels}});
  const auto judge = compile<double>(graph, {model.probabilities}, options);
  std::vector<double> result = numbers(judge.run(state, {{model.image, fed.images}})[model.probabilities]);
  for (const Variable& variable : graph.variables())
    for (const double value : state[variable.name].span()) result.push_back(value);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(convolutional)

BOOST_AUTO_TEST_CASE(the_default_has_the_size_of_lenet) {
  Graph graph;
  PresetSettings settings;
  settings.hidden = {120, 84};
  const Classifier model = classifier(graph, cnn_layers(settings, 10));
  check_layers(model, {{"conv1", "(batch, 6, 24, 24)", 156, 86400},
                       {"pool1", "(batch, 6, 12, 12)", 0, 0},
                       {"conv2", "(batch, 16, 8, 8)", 2416, 153600},
                       {"pool2", "(batch, 16, 4, 4)", 0, 0},
                       {"flatten", "(batch, 256)", 0, 0},
                       {"hidden1", "(batch, 120)", 30840, 30720},
                       {"hidden2", "(batch, 84)", 10164, 10080},
                       {"output", "(batch, 10)", 850, 840}});
  BOOST_TEST(parameters_of(graph) == 44426);
  BOOST_TEST(parameters_of(model) == 44426);
}

BOOST_AUTO_TEST_CASE(a_normalisation_is_counted_where_it_stands) {
  Graph graph;
  check_layers(classifier(graph, small("batch", "max", "flatten"), small_image),
               {{"conv1", "(batch, 3, 8, 6)", 27, 1296},
                {"pool1", "(batch, 3, 4, 3)", 6, 0},
                {"conv2", "(batch, 4, 4, 3)", 108, 1296},
                {"pool2", "(batch, 4, 2, 1)", 8, 0},
                {"flatten", "(batch, 8)", 0, 0},
                {"hidden1", "(batch, 5)", 45 + 10, 40},
                {"output", "(batch, 3)", 18, 15}});
}

BOOST_AUTO_TEST_CASE(every_parameter_is_listed_with_a_layer) {
  for (const std::string normalisation : {"none", "batch", "layer"})
    for (const std::string head : {"flatten", "average"}) {
      Graph graph;
      const Classifier model = classifier(graph, small(normalisation, "max", head), small_image);
      BOOST_TEST(parameters_of(model) == parameters_of(graph), normalisation << ", " << head);
    }
}

BOOST_AUTO_TEST_CASE(passes_threads_and_fusion_train_the_same_network) {
  for (const std::string normalisation : {"none", "batch", "layer"})
    for (const std::string pooling : {"max", "average", "none"})
      for (const std::string head : {"flatten", "average"})
        BOOST_TEST_CONTEXT(normalisation << ", " << pooling << ", " << head) {
          const std::string layers = small(normalisation, pooling, head);
          CompileOptions options = up_to(40);
          const std::vector<double> passed = trained(layers, options);
          for (const NamedPlan& plan : plans(options))
            BOOST_TEST((trained(layers, plan.options) == passed), plan.name);
          options.passes = false;
          const std::vector<double> plain = trained(layers, options);
          BOOST_TEST_REQUIRE(plain.size() == passed.size());
          double difference = 0;
          for (std::size_t i = 0; i < plain.size(); ++i)
            difference = std::max(difference, std::abs(plain[i] - passed[i]));
          BOOST_TEST(difference < 1e-12);
        }
}

BOOST_AUTO_TEST_CASE(images_are_computed_block_by_block) {
  Graph graph;
  const Classifier model = classifier(graph, small("none", "max", "flatten"), small_image);
  const Expr step = minimize(model.loss, Sgd{});
  const auto compiled = [&](bool regions) {
    CompileOptions options = up_to(40);
    options.regions = regions;
    return compile<float>(graph, {model.loss, step}, options);
  };
  const Program<float> program = compiled(true);
  std::set<std::size_t> segments;
  for (const Stage& stage : program.schedule().stages)
    if (stage.segment != 0) segments.insert(stage.segment);
  BOOST_TEST(segments.size() >= 2U);  // forwards and back
  BOOST_TEST(program.memory().block_buffers.size() > 2U);
  BOOST_TEST(program.planned_bytes() < compiled(false).planned_bytes());
  for (const BufferRecord& buffer : program.memory().block_buffers) {
    BOOST_TEST(buffer.line + buffer.lines <= program.memory().block_lines);
    BOOST_TEST(buffer.lines * 64 >= buffer.node->shape().count(block_size) * 4);
  }
}

BOOST_AUTO_TEST_CASE(a_program_for_inference_drops_nothing) {
  Graph graph;
  const Classifier model = classifier(graph, small("batch", "max", "flatten"), small_image);
  const Expr step = minimize(model.loss, Sgd{});
  const auto masks = [&](const Exprs& wanted) {
    const auto program = compile<float>(graph, wanted);
    const Graph& lowered = *program.lowered().graph;
    int count = 0;
    for (std::size_t id = 0; id < lowered.size(); ++id)
      if (lowered.node(id).op().name() == "dropout_mask") ++count;
    return count;
  };
  BOOST_TEST(masks({model.probabilities}) == 0);
  BOOST_TEST(masks({step}) == 1);
}

BOOST_AUTO_TEST_CASE(dropout_leaves_the_share_it_should_and_the_mean_it_had) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 500});
  const Expr y = dropout(x, 0.3);
  const Expr z = dropout(x, 0.3);
  CompileOptions options = up_to(40);
  options.mode = Mode::training;
  const auto program = compile<float>(graph, {y, z}, options);
  State<float> state(graph, 9);
  const std::vector<float> ones(40 * 500, 1);
  const auto first = program.run(state, {{x, ones}});
  const std::vector<float> location = numbers(first[y]);
  const auto kept = std::ranges::count_if(location, [](float value) { return value != 0; });
  BOOST_TEST(std::abs(static_cast<double>(kept) / 20000 - 0.7) < 0.02);
  for (const float value : location) BOOST_TEST((value == 0 || value == 1 / 0.7F));
  BOOST_TEST((numbers(first[z]) != location));
  BOOST_TEST((numbers(program.run(state, {{x, ones}})[y]) == location));
  const std::vector<float> fewer(7 * 500, 1);
  const std::vector<float> begin(location.begin(), location.begin() + 7 * 500);
  BOOST_TEST((numbers(program.run(state, {{x, fewer}})[y]) == begin));
  state.step = 1;
  BOOST_TEST((numbers(program.run(state, {{x, ones}})[y]) != location));
  state.step = 0;
  state.seed = 10;
  BOOST_TEST((numbers(program.run(state, {{x, ones}})[y]) != location));
  BOOST_TEST((dropout(x, 0) == x));
  BOOST_TEST(message_of<ValueError>([&] { dropout(x, 1); }).find("from 0 to below 1, not 1") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(fans_of_a_kernel_count_its_pixels) {
  Graph graph;
  const Expr w = graph.parameter("w", {4, 3, 5, 5}, glorot_uniform());
  const Expr v = graph.parameter("v", {4, 3, 5, 5}, he_uniform());
  const State<double> state(graph, 1);
  const auto most = [&](const Expr& of) {
    double result = 0;
    for (const double value : state[of].span()) result = std::max(result, std::abs(value));
    return result;
  };
  BOOST_TEST(most(w) <= std::sqrt(6.0 / (75 + 100)));
  BOOST_TEST(most(w) > 0.95 * std::sqrt(6.0 / (75 + 100)));
  BOOST_TEST(most(v) <= std::sqrt(6.0 / 75));
  BOOST_TEST(most(v) > 0.95 * std::sqrt(6.0 / 75));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_by_name) {
  const auto refused = [](const auto& change, const std::string& part) {
    const std::string message = message_of<Error>([&] {
      Graph graph;
      PresetSettings settings;
      change(settings);
      classifier(graph, cnn_layers(settings, 10));
    });
    BOOST_TEST(message.find(part) != std::string::npos, message);
  };
  using S = PresetSettings;
  refused([](S& s) { s.kernel = 29; }, "the kernel reaches over 29 rows, but the image has only 28");
  refused([](S& s) { s.kernel = 29; }, "layer 1, 'conv 6 29x29': conv2d in 'conv1'");
  refused([](S& s) { s.channels = {2, 2, 2, 2}; }, "layer 7, 'conv 2 5x5': conv2d in 'conv3'");
  refused([](S& s) { s.kernel = 0; }, "kernel of the layer conv must be a whole number from 1");
  refused([](S& s) { s.channels = {0}; }, "channels of the layer conv must be a whole number from 1");
  refused([](S& s) { s.pool_every = 0; }, "a pooling follows at least 1 convolution, not 0");
  refused([](S& s) { s.pooling = "mox"; }, "did you mean 'max'?");
  refused([](S& s) { s.head = "flat"; }, "unknown head 'flat'");
  refused([](S& s) { s.normalisation = "bach"; }, "did you mean 'batch'?");
  Graph graph;
  const Expr x = graph.input("x", {batch, 1, 4, 4});
  const Expr w = graph.parameter("w", {1, 1, 2, 2});
  const auto says = [](const auto& f, const std::string& part) {
    const std::string message = message_of<Error>(f);
    BOOST_TEST(message.find(part) != std::string::npos, message);
  };
  says([&] { conv2d(x, w, {.stride = 0}); }, "the stride must be at least 1, not 0");
  says([&] { conv2d(x, w, {.padding = -1}); }, "the padding must be at least 0, not -1");
  says([&] { conv2d(x, w, {.dilation = 0}); }, "the dilation must be at least 1, not 0");
  says(
      [&] {
        conv2d(x, graph.parameter("deep", {1, 3, 2, 2}));
      },
      "made for 3 channels, but the images have 1");
  says([&] { conv2d(graph.input("flat", {batch, 16}), w); }, "four axes: example, channel, row, column");
  says([&] { max_pool(x, 0); }, "the window must be at least 1, not 0");
  says([&] { max_pool(x, 2, 0); }, "the stride must be at least 1, not 0");
  says([&] { average_pool(x, 5); }, "the window reaches over 5 rows, but the image has only 4");
}

BOOST_AUTO_TEST_SUITE_END()
