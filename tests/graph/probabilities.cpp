// Logarithms of probabilities: values and derivatives stay finite and right where a probability underflows.
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <numbers>
#include <numeric>

using namespace gradus;
using namespace gradus::test;

namespace {

using Scalars = std::tuple<float, double>;

const std::vector<double>& logits() {
  static const std::vector<double> all{0,    1e-8, -1e-8, 0.5, -0.5, 3,    -3,   12,   -12,
                                       40,   -40,  88.5,  -90, 104,  -104, 300,  -300, 710,
                                       -710, 800,  -800,  1e5, -1e5, 1e30, -1e30};
  return all;
}

double sigma(double x) { return 1 / (1 + std::exp(-x)); }
double plus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// A function of one number with its first two derivatives.
struct Expected {
  const char* name;
  std::function<Expr(Expr)> f;
  std::function<double(double)> value;
  std::function<double(double)> first;
  std::function<double(double)> second;  ///< empty where it cancels
};

const std::vector<Expected>& functions() {
  static const auto bend = [](double x) { return sigma(x) * sigma(-x); };
  static const auto straight = [](double) { return 0.0; };
  static const std::vector<Expected> all{
      {"ln σ(x)", [](Expr x) { return log(sigmoid(x)); }, [](double x) { return -plus(-x); },
       [](double x) { return sigma(-x); }, [](double x) { return -bend(x); }},
      {"ln(1 − σ(x))", [](Expr x) { return log(1 - sigmoid(x)); }, [](double x) { return -plus(x); },
       [](double x) { return -sigma(x); }, [](double x) { return -bend(x); }},
      {"ln σ(−x)", [](Expr x) { return log(sigmoid(-x)); }, [](double x) { return -plus(x); },
       [](double x) { return -sigma(x); }, [](double x) { return -bend(x); }},
      {"ln(1 + eˣ)", [](Expr x) { return log(1 + exp(x)); }, plus, sigma, bend},
      {"ln(e⁻ˣ + 1)", [](Expr x) { return log(exp(-x) + 1); }, [](double x) { return plus(-x); },
       [](double x) { return -sigma(-x); }, bend},
      {"1 / (1 + e⁻ˣ)", [](Expr x) { return 1 / (1 + exp(-x)); }, sigma, bend, {}},
      {"ln eˣ", [](Expr x) { return log(exp(x)); }, [](double x) { return x; }, [](double) { return 1.0; },
       straight},
      {"binary cross-entropy, 1",
       [](Expr x) { return binary_cross_entropy(sigmoid(x), x.graph().constant(1, x.shape())); },
       [](double x) { return plus(-x); }, [](double x) { return -sigma(-x); }, bend},
      {"binary cross-entropy, 0",
       [](Expr x) { return binary_cross_entropy(sigmoid(x), x.graph().constant(0, x.shape())); }, plus, sigma,
       bend},
  };
  return all;
}

/// Within a few roundings, or below what a normal number can be. Eigen's σ has 3e-8 of absolute error in
/// float, which near −9 is a part in a thousand.
template <class Scalar>
bool agrees(double found, double expected) {
  const double relative = std::is_same_v<Scalar, float> ? 1e-3 : 1e-13;
  const double least = std::numeric_limits<Scalar>::min();
  return std::abs(found - expected) <= relative * std::abs(expected) + 2 * least;
}

/// The textbook's formula on a batch of logits.
struct Textbook {
  Graph graph;
  Expr z = graph.input("z", {batch});
  Expr y = graph.input("y", {batch});
  Expr p = sigmoid(z);
  Expr loss = mean(-(y * log(p) + (1 - y) * log(1 - p)));
};

struct Reduced {
  Graph graph;
  Expr z = graph.input("z", {batch});
  Expr y = graph.input("y", {batch});
  Expr loss = mean(binary_cross_entropy(sigmoid(z), y));
};

/// σ(z) − y times a scalar, and no other division, product or exponential.
template <class Model>
void check_gradient_is_p_minus_y() {
  Model m;
  const LoweredGraph lowered = compile<float>(m.graph, {gradients(m.loss, {m.z}).front()}).lowered();
  const Expr root = lowered.roots.front();
  BOOST_TEST_REQUIRE((as<Multiply>(root) != nullptr));
  const bool first = as<Broadcast>(root.input(0)) != nullptr;
  const Expr scale = root.input(first ? 0 : 1);
  const Expr difference = root.input(first ? 1 : 0);
  BOOST_TEST_REQUIRE((as<Broadcast>(scale) != nullptr));
  BOOST_TEST(scale.input(0).shape().is_scalar());
  BOOST_TEST_REQUIRE((as<Subtract>(difference) != nullptr));
  BOOST_TEST_REQUIRE((as<Sigmoid>(difference.input(0)) != nullptr));
  BOOST_TEST(difference.input(0).input(0).name() == "z");
  BOOST_TEST(difference.input(1).name() == "y");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(probabilities)

BOOST_AUTO_TEST_CASE_TEMPLATE(logarithms_of_sigmoids_have_two_right_derivatives, Scalar, Scalars) {
  for (const Expected& expected : functions()) {
    Graph graph;
    const Expr x = graph.constant(logits(), {static_cast<Index>(logits().size())});
    const Expr leaf = graph.parameter("x", x.shape());
    const Expr y = expected.f(leaf);
    const Expr first = gradients(sum(y), {leaf}).front();
    const Expr second = gradients(sum(first), {leaf}, Unused::zeros).front();
    Tensor<double> at(x.shape().at(1));
    std::ranges::copy(logits(), at.data());
    const auto found = Runner<Scalar>(graph, {y, first, second}, {{leaf, at}}).run();
    for (std::size_t i = 0; i < logits().size(); ++i) {
      const auto at_x = static_cast<double>(static_cast<Scalar>(logits()[i]));
      const auto number = [&](std::size_t which) { return static_cast<double>(found[which].span()[i]); };
      BOOST_TEST(agrees<Scalar>(number(0), expected.value(at_x)),
                 expected.name << " at " << at_x << ": " << number(0) << ", not " << expected.value(at_x));
      BOOST_TEST(agrees<Scalar>(number(1), expected.first(at_x)),
                 expected.name << "' at " << at_x << ": " << number(1) << ", not " << expected.first(at_x));
      BOOST_TEST(std::isfinite(number(2)), expected.name << "'' at " << at_x);
      if (!expected.second) continue;
      BOOST_TEST(agrees<Scalar>(number(2), expected.second(at_x)),
                 expected.name << "'' at " << at_x << ": " << number(2) << ", not " << expected.second(at_x));
    }
  }
}

// L = Σ v ln p of p = softmax(z): the gradient is v − p Σv, and its product with w is −Σv (p w − p Σ p w).
BOOST_AUTO_TEST_CASE_TEMPLATE(the_logarithm_of_softmax_has_two_right_derivatives, Scalar, Scalars) {
  const std::vector<double> v{0.5, -1, 2, 0.25};
  const std::vector<double> w{1, 2, -3, 0.5};
  const double total = std::accumulate(v.begin(), v.end(), 0.0);
  for (const bool by_cross_entropy : {false, true})
    for (const double far : {0.0, 3.0, 90.0, 200.0, 800.0, 1e5}) {
      const std::vector<double> z{0, -far, -2 * far, far > 0 ? 1.0 : 0.0};
      Graph graph;
      const Expr leaf = graph.parameter("z", {4});
      const Expr p = softmax(leaf);
      const Expr weights = graph.constant(v, {4});
      const Expr loss = by_cross_entropy ? -cross_entropy(p, weights) : sum(weights * log(p));
      const Expr first = gradients(loss, {leaf}).front();
      const Expr second = gradients(sum(first * graph.constant(w, {4})), {leaf}).front();
      Tensor<double> at(Extents{4});
      std::ranges::copy(z, at.data());
      const auto found = Runner<Scalar>(graph, {first, second}, {{leaf, at}}).run();
      std::vector<double> e(4);
      for (std::size_t i = 0; i < 4; ++i) e[i] = std::exp(z[i] - std::ranges::max(z));
      const double whole = std::accumulate(e.begin(), e.end(), 0.0);
      double pw = 0;
      for (std::size_t i = 0; i < 4; ++i) pw += e[i] / whole * w[i];
      for (std::size_t i = 0; i < 4; ++i) {
        const double share = e[i] / whole;
        const double tolerance = std::is_same_v<Scalar, float> ? 4e-6 : 1e-14;
        BOOST_TEST(std::abs(static_cast<double>(found[0].span()[i]) - (v[i] - share * total)) <= tolerance,
                   "gradient " << i << " at " << far << ": " << found[0].span()[i]);
        const double expected = -total * (share * w[i] - share * pw);
        BOOST_TEST(std::abs(static_cast<double>(found[1].span()[i]) - expected) <= tolerance,
                   "second " << i << " at " << far << ": " << found[1].span()[i] << ", not " << expected);
      }
    }
}

BOOST_AUTO_TEST_CASE(the_gradient_of_binary_cross_entropy_becomes_p_minus_y) {
  check_gradient_is_p_minus_y<Textbook>();
  check_gradient_is_p_minus_y<Reduced>();
}

BOOST_AUTO_TEST_CASE(its_value_has_neither_a_logarithm_nor_a_division_of_probabilities) {
  Textbook m;
  const LoweredGraph lowered = compile<float>(m.graph, {m.loss}).lowered();
  const std::vector<char> needed = needed_by(*lowered.graph, lowered.roots);
  for (std::size_t id = 0; id < lowered.graph->size(); ++id)
    if (needed[id] != 0) {
      const std::string_view name = lowered.graph->node(id).op().name();
      BOOST_TEST((name != "log" && name != "sigmoid" && name != "divide"), name);
    }
}

// Two clouds that a line separates: the weights grow for ever, and p becomes 0 and 1.
BOOST_AUTO_TEST_CASE(a_separable_problem_trains_for_thousands_of_steps_in_float) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 2});
  const Expr y = graph.input("y", {batch, 1});
  const Expr w = graph.parameter("w", {2, 1}, filled_with(0));
  const Expr b = graph.parameter("b", {1}, filled_with(0));
  const Expr p = sigmoid(matmul(x, w) + b);
  const Expr loss = mean(-(y * log(p) + (1 - y) * log(1 - p)));
  const Expr step = minimize(loss, Sgd{.learning_rate = 50.0});
  std::vector<float> points;
  std::vector<float> classes;
  for (int i = 0; i < 64; ++i) {
    const bool yes = i % 2 == 0;
    const double turn = i * std::numbers::phi;
    points.push_back(static_cast<float>((yes ? 4 : -4) + std::cos(turn * 6)));
    points.push_back(static_cast<float>((yes ? 3 : -3) + std::sin(turn * 6)));
    classes.push_back(yes ? 1 : 0);
  }
  const auto program = compile<float>(graph, {loss, step}, up_to(64));
  auto state = initialise<float>(graph, 1);
  double last = 0;
  for (int i = 0; i < 5000; ++i) last = program.run(state, {{x, points}, {y, classes}}).scalar(loss);
  BOOST_TEST(state.step == 5000);
  BOOST_TEST((last >= 0 && last < 1e-6), last);
  for (const float value : state["w"].span()) BOOST_TEST(std::isfinite(value));
}

BOOST_AUTO_TEST_SUITE_END()
