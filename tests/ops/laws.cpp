// What every op must obey, stated once and applied to all cases.
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/tests/support/examples.hpp>
#include <gradus/tests/support/plans.hpp>

#include <array>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Of one op on numbers of the order of 1.
constexpr double float_tolerance = 1e-5;

/// Passes reorder a few operations.
constexpr double passes_tolerance = 1e-12;

/// y, and what flows back to its leaves.
Exprs value_and_gradient(const Built& built) {
  const Expr y = built.example.y;
  Exprs wanted{y};
  const Expr ybar = y.graph().constant(0.75, y.shape());
  const Exprs gradient = vector_jacobian(y, ybar, built.wrt, Unused::zeros);
  wanted.insert(wanted.end(), gradient.begin(), gradient.end());
  // Leaves, so that the batch is known where nothing else reads it.
  for (const Point& point : built.at) wanted.push_back(point.leaf);
  return wanted;
}

CompileOptions options(bool passes, bool fuse, bool share) {
  CompileOptions result;
  result.passes = passes;
  result.fuse = fuse;
  result.share_memory = share;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(laws)

BOOST_AUTO_TEST_CASE(inferred_shape_is_the_produced_shape) {
  for_each_case([](const Built& built) {
    const Expr y = built.example.y;
    std::vector<Shape> shapes;
    for (const Expr& input : y.inputs()) shapes.push_back(input.shape());
    BOOST_TEST((y.op().infer(shapes) == y.shape()));
    const Index rows = [&] {
      for (const Point& point : built.at)
        if (point.leaf.shape().has_batch()) return point.value.extents()[point.leaf.shape().batch_axis()];
      return Index{1};
    }();
    Exprs wanted{y};
    for (const Point& point : built.at) wanted.push_back(point.leaf);
    const auto value = Runner<double>(built.graph, wanted, built.at).run()[0];
    BOOST_TEST(to_string(value.extents()) == to_string(y.shape().at(rows)));
    BOOST_TEST(std::ranges::all_of(value.span(), [](double v) { return std::isfinite(v); }));
  });
}

BOOST_AUTO_TEST_CASE(float_agrees_with_double) {
  for_each_case([](const Built& built) {
    const Exprs wanted = value_and_gradient(built);
    const auto exact = Runner<double>(built.graph, wanted, built.at).run();
    const auto rounded = Runner<float>(built.graph, wanted, built.at).run();
    for (std::size_t i = 0; i < wanted.size(); ++i)
      BOOST_TEST(distance(exact[i], rounded[i]) <= float_tolerance, wanted[i].name());
  });
}

BOOST_AUTO_TEST_CASE(no_plan_changes_a_bit) {
  for_each_case([](const Built& built) {
    const Exprs wanted = value_and_gradient(built);
    for (const bool passes : {false, true}) {
      CompileOptions options;
      options.passes = passes;
      std::vector<Tensor<float>> first;
      for (const NamedPlan& plan : plans(options)) {
        const auto values = Runner<float>(built.graph, wanted, built.at, plan.options).run();
        if (first.empty()) first = values;
        for (std::size_t i = 0; i < wanted.size(); ++i)
          BOOST_TEST(same_bits(values[i], first[i]), wanted[i].name() << ": " << plan.name);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_program_without_passes_has_the_interpreters_bits) {
  for_each_case([](const Built& built) {
    const Exprs wanted = value_and_gradient(built);
    Runner<float> runner(built.graph, wanted, built.at, options(false, true, true));
    const auto compiled = runner.run();
    const auto interpreted = runner.interpret();
    for (std::size_t i = 0; i < wanted.size(); ++i)
      BOOST_TEST(same_bits(compiled[i], interpreted[i]), wanted[i].name());
  });
}

BOOST_AUTO_TEST_CASE(passes_change_no_value) {
  for_each_case([](const Built& built) {
    const Exprs wanted = value_and_gradient(built);
    const auto plain = Runner<double>(built.graph, wanted, built.at, options(false, true, true)).run();
    const auto passed = Runner<double>(built.graph, wanted, built.at, options(true, true, true)).run();
    for (std::size_t i = 0; i < wanted.size(); ++i)
      BOOST_TEST(distance(plain[i], passed[i]) <= passes_tolerance, wanted[i].name());
  });
}

BOOST_AUTO_TEST_SUITE_END()
