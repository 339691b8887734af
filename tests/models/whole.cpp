// A layer, a network or a training step that cannot be declared leaves nothing half-declared behind.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <stdexcept>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Sgd that gives up at the second parameter.
struct Forgetful {
  static constexpr PartDescription description{"forgetful", ""};
  std::shared_ptr<int> seen = std::make_shared<int>(0);
  void update(Slots& slots, Expr w, Expr g) const {
    if (++*seen == 2) throw std::runtime_error("forgotten");
    slots.assign(w, w - g);
  }
};

template <class Thrown>
void check_leaves_nothing(Graph& graph, const std::function<void()>& declare) {
  const std::size_t nodes = graph.size();
  const std::size_t variables = graph.variables().size();
  const std::size_t adjoints = graph.adjoints().size();
  BOOST_CHECK_THROW(declare(), Thrown);
  BOOST_TEST(graph.size() == nodes);
  BOOST_TEST(graph.variables().size() == variables);
  BOOST_TEST(graph.adjoints().size() == adjoints);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(whole_or_not_at_all)

BOOST_AUTO_TEST_CASE(a_convolution_whose_kernel_is_too_large) {
  Graph g;
  const Expr x = g.input("x", {batch, 1, 4, 4});
  check_leaves_nothing<ShapeError>(g, [&] { conv2d(x, 2, 5, "layer"); });
  const Expr y = conv2d(x, 2, 3, "layer");
  BOOST_TEST(y.name() == "layer/conv2d");
  BOOST_TEST(g.variables().size() == 2U);
}

BOOST_AUTO_TEST_CASE(layers_whose_second_name_is_taken) {
  Graph g;
  const Expr x = g.input("x", {batch, 3});
  for (const std::string name : {"layer/bias", "norm/shift"}) g.parameter(name, {});
  check_leaves_nothing<NameError>(g, [&] { dense(x, 2, "layer"); });
  check_leaves_nothing<NameError>(g, [&] { layer_norm(x, "norm"); });
  check_leaves_nothing<NameError>(g, [&] { batch_norm(x, "norm"); });
}

BOOST_AUTO_TEST_CASE(networks) {
  Graph g;
  check_leaves_nothing<NameError>(g, [&] { classifier(g, "dense 3, relu, dense 2", {}, {.loss = "hinge"}); });
  check_leaves_nothing<ShapeError>(g, [&] { classifier(g, "conv 2 3x3, relu, dense 2"); });
  classifier(g, "dense 3, relu, dense 2");
  BOOST_TEST(g.contains("image"));
}

BOOST_AUTO_TEST_CASE(a_training_step) {
  Graph g;
  const Expr w = g.parameter("w", {2});
  const Expr v = g.parameter("v", {2});
  const Expr loss = sum(w * v);
  check_leaves_nothing<std::runtime_error>(g, [&] { minimize(loss, Forgetful{}); });
  minimize(loss, Sgd{.learning_rate = 0.1});
  BOOST_TEST(g.contains("update/w/assign"));
}

BOOST_AUTO_TEST_SUITE_END()
