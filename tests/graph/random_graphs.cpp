// Random graphs of smooth ops: the derived gradient is the numeric one, and no plan changes a bit.
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/plans.hpp>

#include <rapidcheck.h>
#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// One node more: an op and which of the nodes so far it is applied to.
struct Draw {
  int op;
  std::size_t left;
  std::size_t right;
};

struct Recipe {
  Index batch_size;
  std::vector<Draw> draws;
};

std::ostream& operator<<(std::ostream& out, const Recipe& recipe) {
  out << "batch " << recipe.batch_size << ":";
  for (const Draw& draw : recipe.draws) out << " " << draw.op << "(" << draw.left << "," << draw.right << ")";
  return out;
}

/// Every op maps numbers of the order of 1 to such numbers, so that deep chains stay in the domain.
constexpr int ops = 17;
constexpr Index width = 3;

Expr grow(int op, Expr a, Expr b, Expr w) {
  switch (op) {
    case 0:
      return (a + b) * 0.5;
    case 1:
      return a - 0.5 * b;
    case 2:
      return tanh(a * b);
    case 3:
      return a / (1.5 + square(b));
    case 4:
      return tanh(a);
    case 5:
      return sigmoid(b);
    case 6:
      return exp(-square(a));
    case 7:
      return log(1.5 + square(a));
    case 8:
      return sqrt(1.0 + square(a));
    case 9:
      return softplus(a) - 0.5;
    case 10:
      return tanh(matmul(a, w));
    case 11:
      return softmax(a);
    case 12:
      return log_softmax(a) * 0.3;
    case 13:
      return a - mean(b, {-1}, KeepAxes::yes);
    case 14:
      return concatenate({slice(a, 1, 1, width), slice(b, 1, 0, 1)}, 1);
    case 15:
      return gelu(a) + mean(b, std::vector<Index>{0});
    default:
      return 0.5 * linear(power(sigmoid(a), 1.7), 2, -1);
  }
}

/// The graph of a recipe, with every leaf used: 5 to 40 nodes before their gradient.
struct Grown {
  explicit Grown(const Recipe& recipe) {
    Exprs nodes{graph.input("x", {batch, width}),
                graph.parameter("v", {width}) + graph.input("y", {batch, width})};
    const Expr w = graph.parameter("w", {width, width});
    for (const Draw& draw : recipe.draws)
      nodes.push_back(grow(draw.op, nodes[nodes.size() - 1 - draw.left % nodes.size()],
                           nodes[draw.right % nodes.size()], w));
    loss = mean(square(nodes.back())) + sum(sigmoid(w)) * 0.1 + mean(tanh(nodes[0] * nodes[1]));
    int salt = 0;
    for (const std::string name : {"x", "y", "v", "w"}) {
      const Expr leaf = graph.find(name);
      wrt.push_back(leaf);
      Tensor<double> value(leaf.shape().at(recipe.batch_size));
      ++salt;
      for (Index i = 0; i < value.size(); ++i) value[i] = std::sin(static_cast<double>(5 * i + 3 * salt));
      at.push_back({leaf, std::move(value)});
    }
  }

  Graph graph;
  Expr loss;
  Exprs wrt;
  std::vector<Point> at;
};

Recipe drawn() {
  const auto draw = rc::gen::construct<Draw>(rc::gen::inRange(0, ops), rc::gen::inRange<std::size_t>(0, 4),
                                             rc::gen::inRange<std::size_t>(0, 16));
  const auto count = *rc::gen::inRange<std::size_t>(0, 9);
  return {*rc::gen::inRange<Index>(1, 4), *rc::gen::container<std::vector<Draw>>(count, draw)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_graphs)

BOOST_AUTO_TEST_CASE(derived_gradient_is_the_numeric_one) {
  BOOST_TEST(rc::check("with and without passes", [] {
    const Recipe recipe = drawn();
    for (const bool passes : {false, true}) {
      Grown grown(recipe);
      RC_ASSERT(grown.graph.size() >= 5U);
      GradientCheckOptions options;
      options.passes = passes;
      const GradientCheck check = check_gradient(grown.loss, grown.wrt, grown.at, options);
      RC_LOG() << recipe << ": " << to_string(check) << "\n";
      RC_ASSERT(check.passed);
    }
  }));
}

BOOST_AUTO_TEST_CASE(no_plan_changes_a_bit) {
  BOOST_TEST(rc::check("fusing and sharing", [] {
    const Recipe recipe = drawn();
    Grown grown(recipe);
    Exprs wanted = gradients(grown.loss, grown.wrt);
    wanted.push_back(grown.loss);
    std::vector<Tensor<float>> first;
    for (const NamedPlan& plan : plans()) {
      const auto values = Runner<float>(grown.graph, wanted, grown.at, plan.options).run();
      if (first.empty()) first = values;
      RC_LOG() << recipe << ": " << plan.name << "\n";
      for (std::size_t i = 0; i < values.size(); ++i) RC_ASSERT(same_bits(values[i], first[i]));
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
