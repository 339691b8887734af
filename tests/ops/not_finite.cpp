// What is not a number stays visible, and what is infinite does no more harm than mathematics says.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/ops/extreme_numbers.hpp>
#include <gradus/tests/support/examples.hpp>

#include <fmt/ranges.h>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <set>

using namespace gradus;
using namespace gradus::test;

namespace {

using Scalars = std::tuple<float, double>;

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

CompileOptions ways(bool passes, bool fuse) {
  CompileOptions result;
  result.passes = passes;
  result.fuse = fuse;
  return result;
}

/// The op of a node, without passes and with, fused and not, on every tuple of extreme numbers.
template <class Scalar>
void check_op(const Expr& y, const Reference& reference) {
  const auto columns = tuples<Scalar>(y.inputs().size());
  const auto count = static_cast<Index>(columns[0].size());
  const Attributes attributes = y.op().attributes();
  const Settings setting = [&](std::string_view name) {
    return std::get<double>(std::ranges::find(attributes, name, &Attribute::name)->value);
  };
  Graph graph;
  Exprs leaves;
  std::vector<Point> at;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    leaves.push_back(graph.parameter(fmt::format("x{}", i), {count}));
    Tensor<double> values(Extents{count});
    std::ranges::copy(columns[i], values.data());
    at.push_back({leaves.back(), values});
  }
  const Expr value = graph.make(y.node().shared_op(), leaves, SourceLocation::unknown());
  // So that there is something to fuse with.
  const Expr doubled = -value;
  for (const bool passes : {false, true})
    for (const bool fuse : {false, true}) {
      const auto found = Runner<Scalar>(graph, {value, doubled}, at, ways(passes, fuse)).run();
      for (std::size_t k = 0; k < columns[0].size(); ++k) {
        Numbers x;
        for (const Numbers& column : columns) x.push_back(column[k]);
        const double expected = reference(x, setting);
        BOOST_TEST((is_as(found[0].span()[k], expected) && is_as(found[1].span()[k], -expected)),
                   fmt::format("of {}{}{}: {}, not {}", fmt::join(x, ", "), passes ? ", with passes" : "",
                               fuse ? ", fused" : "", found[0].span()[k], expected));
      }
    }
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

BOOST_AUTO_TEST_CASE_TEMPLATE(an_elementwise_op_of_extreme_numbers_is_what_its_formula_says, Scalar,
                              Scalars) {
  std::set<std::string> seen;
  for (const OpCase& op_case : op_cases()) {
    const Built built(op_case);
    const Expr y = built.example.y;
    if (y.op().kind() != Kind::elementwise || y.op().name() == "accumulate") continue;
    std::string what(op_case.op);
    for (const Attribute& attribute : y.op().attributes()) what += ", " + to_string(attribute.value);
    if (!seen.insert(what).second) continue;
    BOOST_TEST_CONTEXT(what) {
      const auto reference = references().find(y.op().name());
      BOOST_TEST_REQUIRE((reference != references().end()));
      check_op<Scalar>(y, reference->second);
    }
  }
  BOOST_TEST(seen.size() > references().size());
}

// Whatever is fed, passes change neither a value nor a derivative beyond the rounding of numbers like those
// of the cases.
BOOST_AUTO_TEST_CASE_TEMPLATE(passes_change_nothing_for_extreme_numbers, Scalar, Scalars) {
  for_each_case([](const Built& built) {
    const Expr y = built.example.y;
    const Expr ybar = y.graph().constant(0.75, y.shape());
    Exprs wanted = vector_jacobian(y, ybar, built.wrt, Unused::zeros);
    wanted.push_back(y);
    for (const Point& point : built.at) wanted.push_back(point.leaf);
    Runner<Scalar> plain(built.graph, wanted, built.at, ways(false, true));
    Runner<Scalar> passed(built.graph, wanted, built.at, ways(true, true));
    const std::vector<double>& some = extremes<Scalar>();
    for (std::size_t turn = 0; turn < some.size(); ++turn) {
      // Every third number of every leaf that y is differentiated by.
      for (std::size_t leaf = 0; leaf < built.wrt.size(); ++leaf)
        for (std::size_t i = 0; i < built.at[leaf].value.span().size(); ++i) {
          const double usual = built.at[leaf].value.span()[i];
          const auto value =
              static_cast<Scalar>((i + leaf) % 3 == turn % 3 ? some[(turn + i) % some.size()] : usual);
          plain.values()[leaf].span()[i] = value;
          passed.values()[leaf].span()[i] = value;
        }
      const auto before = plain.run();
      const auto after = passed.run();
      for (std::size_t k = 0; k <= built.wrt.size(); ++k)
        for (std::size_t i = 0; i < before[k].span().size(); ++i)
          BOOST_TEST(
              is_as(after[k].span()[i], static_cast<double>(before[k].span()[i]), Scalar(1000), Scalar(0.01)),
              wanted[k].name() << "[" << i << "], turn " << turn << ": " << after[k].span()[i]
                               << ", without passes " << before[k].span()[i]);
    }
  });
}

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

BOOST_AUTO_TEST_CASE_TEMPLATE(a_label_that_is_no_class_is_not_a_number, Scalar, Scalars) {
  const std::vector<double> labels{0, 2, -0.0, 3, -1, 1.5, 0.001, 1e30, infinity, -infinity, not_a_number};
  const auto rows = of<Scalar>(labels, [](Expr label) { return one_hot(label, 3); });
  const std::vector<Scalar> good{1, 0, 0, 0, 0, 1, 1, 0, 0};
  for (std::size_t i = 0; i < good.size(); ++i) BOOST_TEST(rows.span()[i] == good[i]);
  for (std::size_t i = good.size(); i < 3 * labels.size(); ++i)
    BOOST_TEST(std::isnan(rows.span()[i]), "entry " << i);
}

// Σ one_hot is 1 for classes alone, and so is what the gradient of softmax and cross-entropy makes of it.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_label_that_is_no_class_shows_with_passes_too, Scalar, Scalars) {
  for (const Reduction reduction : {Reduction::mean, Reduction::sum})
    for (const bool passes : {false, true}) {
      Graph graph;
      const Expr z = graph.input("z", {batch, 2});
      const Expr label = graph.input("label", {batch});
      const Expr t = one_hot(label, 2);
      const Expr loss = reduce(cross_entropy(softmax(z), t), reduction);
      const std::vector<double> labels{1, 0, 2, 1.5, -1, not_a_number};
      Tensor<double> logits(Extents{6, 2});
      std::ranges::fill(logits.span(), 0.0);
      Tensor<double> fed(Extents{6});
      std::ranges::copy(labels, fed.data());
      const auto found = Runner<Scalar>(graph, {sum(t, {-1}), gradients(loss, {z}).front(), loss},
                                        {{z, logits}, {label, fed}}, ways(passes, true))
                             .run();
      const double each = reduction == Reduction::mean ? 0.5 / 6 : 0.5;
      const std::vector<double> gradient{each, -each, -each, each};
      for (std::size_t i = 0; i < 6; ++i)
        BOOST_TEST(is_as(found[0].span()[i], i < 2 ? 1 : not_a_number),
                   "sum " << i << ": " << found[0].span()[i]);
      for (std::size_t i = 0; i < 12; ++i)
        BOOST_TEST(is_as(found[1].span()[i], i < 4 ? gradient[i] : not_a_number),
                   "gradient " << i << ": " << found[1].span()[i]);
      BOOST_TEST(std::isnan(found[2].span()[0]));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(argmax_names_the_first_nan, Scalar, Scalars) {
  const auto at = [](const std::vector<double>& x) {
    return of<Scalar>(x, [](Expr e) { return argmax(e, 0); })[0];
  };
  BOOST_TEST(at({1, not_a_number, 5, not_a_number}) == 1);
  BOOST_TEST(at({not_a_number, 1, 5}) == 0);
  BOOST_TEST(at({1, 5, not_a_number}) == 2);
  BOOST_TEST(at({1, infinity, infinity}) == 1);
  BOOST_TEST(at({-infinity, -infinity}) == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_window_with_a_nan_sends_the_gradient_there, Scalar, Scalars) {
  for (const Index window : {2, 3})
    for (const bool passes : {false, true}) {
      Graph graph;
      const Expr x = graph.input("x", {batch, 1, 4, 4});
      const Expr loss = sum(max_pool(x, window, window == 2 ? 2 : 1));
      Tensor<double> at(Extents{1, 1, 4, 4});
      for (std::size_t i = 0; i < 16; ++i) at.span()[i] = static_cast<double>(i);
      at.span()[5] = not_a_number;
      const auto found = Runner<Scalar>(graph, gradients(loss, {x}), {{x, at}}, ways(passes, true)).run()[0];
      // With 3 × 3 windows pixel 5 is in all four of them.
      BOOST_TEST(found.span()[5] == (window == 2 ? 1 : 4));
      BOOST_TEST(found.span()[4] == 0);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(zero_times_what_is_not_finite_is_not_a_number, Scalar, Scalars) {
  for (const bool passes : {false, true}) {
    Graph graph;
    const Expr x = graph.parameter("x", {3});
    Tensor<double> at(Extents{3});
    std::ranges::copy(std::vector<double>{infinity, not_a_number, 2}, at.data());
    const auto found = Runner<Scalar>(graph, {x * 0.0, 0.0 * x}, {{x, at}}, ways(passes, true)).run();
    for (const auto& y : found)
      for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(is_as(y.span()[i], i < 2 ? not_a_number : 0.0));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_two_zeros_are_two_constants, Scalar, Scalars) {
  for (const bool passes : {false, true}) {
    Graph graph;
    const Exprs wanted{graph.constant(0.0, {2}), graph.constant(-0.0, {2}),
                       1.0 / graph.constant({0.0, -0.0}, {2})};
    const auto found = Runner<Scalar>(graph, wanted, {}, ways(passes, true)).run();
    BOOST_TEST(!std::signbit(found[0][0]));
    BOOST_TEST(std::signbit(found[1][0]));
    BOOST_TEST(found[2][0] == static_cast<Scalar>(infinity));
    BOOST_TEST(found[2][1] == -static_cast<Scalar>(infinity));
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(elu_of_small_numbers_is_not_zero, Scalar, Scalars) {
  const auto y = of<Scalar>({-1e-8, -1e-30}, [](Expr x) { return elu(x); });
  BOOST_TEST(y[0] == Scalar(-1e-8), boost::test_tools::tolerance(Scalar(1e-6)));
  BOOST_TEST(y[1] == Scalar(-1e-30), boost::test_tools::tolerance(Scalar(1e-6)));
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
