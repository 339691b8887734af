// Convolutions, poolings, normalisations and binary cross-entropy against PyTorch in double: outputs and
// every gradient.
#include <gradus/base/file.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/normalisation.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

using namespace gradus;
using namespace gradus::test;
using nlohmann::json;

namespace {

constexpr double agreement = 1e-10;

const json& reference() {
  static const json all = json::parse(read_file(GRADUS_TEST_DATA "/reference/convolution.json"));
  return all;
}

void check_equal(std::span<const double> found, const json& expected, const std::string& what) {
  const auto numbers = expected.get<std::vector<double>>();
  BOOST_TEST_REQUIRE(found.size() == numbers.size(), what);
  double difference = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    difference = std::max(difference, std::abs(found[i] - numbers[i]) / std::max(1.0, std::abs(numbers[i])));
  BOOST_TEST(difference <= agreement, what << ": apart by " << difference);
}

using Leaves = std::map<std::string, Expr>;

/// What has a number for each example.
bool is_fed(const std::string& name) { return name == "x" || name == "t"; }

/// A case of the reference on a graph: images and targets are fed, the others are parameters.
struct Case {
  const json& expected;
  Graph graph;
  Leaves leaves;
  std::map<std::string, std::vector<double>> fed;
  std::vector<double> fed_back;
  Expr back;

  explicit Case(const json& of) : expected(of) {
    for (const auto& [name, shape] : of["shapes"].items()) {
      std::vector<Dim> dims;
      for (const Index size : shape.get<std::vector<Index>>()) dims.emplace_back(size);
      if (is_fed(name)) {
        dims[0] = batch;
        leaves[name] = graph.input(name, Shape(std::span<const Dim>(dims)));
        fed[name] = of["inputs"][name].get<std::vector<double>>();
      } else {
        leaves[name] = graph.parameter(name, Shape(std::span<const Dim>(dims)));
      }
    }
    fed_back = of["back"].get<std::vector<double>>();
  }

  std::string name() const { return expected["name"].get<std::string>(); }

  State<double> state() const {
    State<double> result(graph, 1);
    for (const auto& [name, leaf] : leaves)
      if (!is_fed(name)) {
        const auto values = expected["inputs"][name].get<std::vector<double>>();
        std::ranges::copy(values, result[name].data);
      }
    return result;
  }

  void check(const Expr& y, bool passes) {
    if (!back) back = graph.input("back", y.shape());
    Exprs wrt;
    std::vector<std::string> names;
    for (const auto& [name, leaf] : leaves) {
      wrt.push_back(leaf);
      names.push_back(name);
    }
    Exprs wanted = vector_jacobian(y, back, wrt);
    wanted.push_back(y);
    CompileOptions options;
    options.passes = passes;
    options.mode = Mode::training;
    State<double> values = state();
    std::vector<Feed<double>> feeds{{back, fed_back}};
    for (const auto& [name, numbers] : fed) feeds.emplace_back(leaves.at(name), numbers);
    const auto results = compile<double>(graph, wanted, options).run(values, feeds);
    const std::string where = name() + (passes ? ", with passes" : "");
    check_equal(results[y].span(), expected["output"], where + ": output");
    for (std::size_t i = 0; i < wrt.size(); ++i)
      check_equal(results[wanted[i]].span(), expected["gradients"][names[i]],
                  where + ": gradient by " + names[i]);
  }
};

void check_all(const char* kind, const std::function<Expr(const Case&)>& apply) {
  BOOST_TEST(!reference()[kind].empty());
  for (const json& expected : reference()[kind])
    for (const bool passes : {false, true}) {
      Case one(expected);
      one.check(apply(one), passes);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pytorch)

BOOST_AUTO_TEST_CASE(convolutions) {
  check_all("convolutions", [](const Case& c) {
    const auto setting = [&](const char* name) { return c.expected[name].get<Index>(); };
    return conv2d(
        c.leaves.at("x"), c.leaves.at("w"), c.leaves.at("b"),
        {.stride = setting("stride"), .padding = setting("padding"), .dilation = setting("dilation")});
  });
}

BOOST_AUTO_TEST_CASE(poolings) {
  check_all("poolings", [](const Case& c) {
    const auto pool = c.expected["kind"] == "max" ? max_pool : average_pool;
    return pool(c.leaves.at("x"), c.expected["window"].get<Index>(), c.expected["stride"].get<Index>(),
                SourceLocation::unknown());
  });
}

BOOST_AUTO_TEST_CASE(batch_norms) {
  check_all("batch_norms", [](const Case& c) {
    const Expr x = c.leaves.at("x");
    return batch_norm(x, batch_statistics(x), c.leaves.at("gamma"), c.leaves.at("beta"));
  });
}

BOOST_AUTO_TEST_CASE(layer_norms) {
  check_all("layer_norms", [](const Case& c) {
    return layer_norm(c.leaves.at("x"), c.leaves.at("gamma"), c.leaves.at("beta"));
  });
}

BOOST_AUTO_TEST_CASE(binary_cross_entropies) {
  check_all("binary_cross_entropies", [](const Case& c) {
    const Expr x = c.leaves.at("x");
    return binary_cross_entropy(c.expected["kind"] == "logits" ? sigmoid(x) : x, c.leaves.at("t"));
  });
}

// One training step moves the running statistics, which then stand for the batch's.
BOOST_AUTO_TEST_CASE(running_statistics) {
  for (const json& expected : reference()["batch_norms"]) {
    const Case like(expected);
    Graph graph;
    const Expr x = graph.input("x", like.leaves.at("x").shape());
    const Expr y = batch_norm(x, "norm");
    const Expr step = minimize(mean(square(y)), Sgd{.learning_rate = 0.0});
    State<double> state(graph, 1);
    std::ranges::copy(expected["inputs"]["gamma"].get<std::vector<double>>(), state["norm/scale"].data);
    std::ranges::copy(expected["inputs"]["beta"].get<std::vector<double>>(), state["norm/shift"].data);
    compile<double>(graph, {step}).run(state, {{x, like.fed.at("x")}});
    check_equal(state["norm/running_mean"].span(), expected["mean"], like.name() + ": mean");
    check_equal(state["norm/running_variance"].span(), expected["variance"], like.name() + ": variance");
    const auto results = compile<double>(graph, {y}).run(state, {{x, like.fed.at("x")}});
    check_equal(results[y].span(), expected["inference"], like.name() + ": inference");
  }
}

BOOST_AUTO_TEST_SUITE_END()
