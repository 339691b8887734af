// What is not a number stays visible, and what is infinite does no more harm than mathematics says.
#include <gradus/base/error.hpp>
#include <gradus/graph/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/examples.hpp>

#include <limits>

using namespace gradus;
using namespace gradus::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Scalar>
bool has_nan(const Tensor<Scalar>& values) {
  return std::ranges::any_of(values.span(), [](Scalar v) { return std::isnan(v); });
}

/// f of a vector, without passes.
template <class Scalar>
Tensor<Scalar> of(const std::vector<double>& x, const std::function<Expr(Expr)>& f) {
  Graph graph;
  const Expr leaf = graph.constant(x, {static_cast<Index>(x.size())});
  CompileOptions options;
  options.passes = false;
  return Runner<Scalar>(graph, {f(leaf)}, {}, options).run()[0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(not_finite)

BOOST_AUTO_TEST_CASE(a_nan_that_matters_reaches_the_value) {
  for_each_case([](Built& built) {
    const Expr y = built.example.y;
    const Expr ybar = y.graph().constant(0.75, y.shape());
    const Exprs derived = vector_jacobian(y, ybar, built.wrt, Unused::zeros);
    Exprs wanted = derived;
    // Leaves, so that the batch is known where nothing else reads it.
    for (const Point& point : built.at) wanted.push_back(point.leaf);
    const auto gradient = Runner<double>(built.graph, wanted, built.at).run();
    wanted.front() = y;
    for (std::size_t leaf = 0; leaf < built.wrt.size(); ++leaf)
      for (std::size_t i = 0; i < gradient[leaf].span().size(); ++i) {
        if (gradient[leaf].span()[i] == 0) continue;
        std::vector<Point> at = built.at;
        at[leaf].value.span()[i] = not_a_number;
        BOOST_TEST(has_nan(Runner<double>(built.graph, wanted, at).run()[0]),
                   "double, " << at[leaf].leaf.name() << ", entry " << i);
        BOOST_TEST(has_nan(Runner<float>(built.graph, wanted, at).run()[0]),
                   "float, " << at[leaf].leaf.name() << ", entry " << i);
      }
  });
}

using Scalars = std::tuple<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(a_nan_is_neither_larger_nor_smaller, Scalar, Scalars) {
  const std::vector<std::pair<const char*, std::function<Expr(Expr)>>> functions{
      {"relu", [](Expr x) { return relu(x); }},
      {"softplus", [](Expr x) { return softplus(x); }},
      {"sign", [](Expr x) { return sign(x); }},
      {"maximum, first", [](Expr x) { return maximum(x, 1); }},
      {"maximum, second", [](Expr x) { return maximum(1, x); }},
      {"minimum, first", [](Expr x) { return minimum(x, 1); }},
      {"minimum, second", [](Expr x) { return minimum(1, x); }},
  };
  for (const auto& [name, f] : functions)
    for (std::size_t i = 0; i < 5; ++i) {
      std::vector<double> x{-2, -1, 0, 1, 2};
      x[i] = not_a_number;
      const Tensor<Scalar> y = of<Scalar>(x, f);
      for (std::size_t k = 0; k < 5; ++k)
        BOOST_TEST(std::isnan(y.span()[k]) == (k == i), name << " of " << x[k]);
    }
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<double> x{-1, 3, 2};
    x[i] = not_a_number;
    BOOST_TEST(has_nan(of<Scalar>(x, [](Expr e) { return max(e, 0); })), "max, entry " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_label_outside_of_its_classes_is_not_a_number) {
  const auto rows = of<double>({0, 2, 3, -1, not_a_number}, [](Expr label) { return one_hot(label, 3); });
  const std::vector<double> good{1, 0, 0, 0, 0, 1};
  for (std::size_t i = 0; i < good.size(); ++i) BOOST_TEST(rows.span()[i] == good[i]);
  for (std::size_t i = good.size(); i < 15; ++i) BOOST_TEST(std::isnan(rows.span()[i]), "entry " << i);
}

// A logit of −∞ rules a class out: p = 0, and 0 ln 0 = 0 where the target is 0 too.
BOOST_AUTO_TEST_CASE(a_class_that_is_ruled_out_costs_nothing) {
  for (const bool passes : {false, true}) {
    Graph graph;
    const Expr z = graph.input("z", {batch, 3});
    const Expr t = graph.input("t", {batch, 3});
    const Expr loss = mean(cross_entropy(softmax(z), t));
    CompileOptions options;
    options.passes = passes;
    const auto point = [](Expr leaf, std::vector<double> values) {
      Tensor<double> tensor(Extents{1, 3});
      std::ranges::copy(values, tensor.span().begin());
      return Point{leaf, tensor};
    };
    const auto value =
        Runner<double>(graph, {loss}, {point(z, {0, 0, -infinity}), point(t, {1, 0, 0})}, options).run();
    BOOST_TEST(value[0].span()[0] == std::log(2.0), boost::test_tools::tolerance(1e-15));
  }
}

BOOST_AUTO_TEST_SUITE_END()
