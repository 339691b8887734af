// Threads walk through regions of stages alone, and what is fed is read where it lies.
#include <gradus/base/error.hpp>
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/regions.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/plans.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace gradus;
using namespace gradus::test;

namespace {

constexpr Index examples = 100;

struct Net {
  Graph graph;
  Classifier model;
  Expr step;
  std::vector<float> images;
  std::vector<float> labels;

  explicit Net(const UpdateRule& rule)
      : model(classifier(graph, "dense 70, tanh, dense 33, relu, dense 10")),
        step(minimize(model.loss, rule)) {
    for (Index i = 0; i < examples * 784; ++i) images.push_back(std::sin(static_cast<float>(i * i % 1009)));
    for (Index i = 0; i < examples; ++i) labels.push_back(static_cast<float>(i % 10));
  }

  Program<float> compiled(CompileOptions options) const {
    options.capacity = examples;
    return compile<float>(graph, {model.loss, step}, options);
  }

  std::vector<float> trained(const CompileOptions& options) const {
    const Program<float> program = compiled(options);
    auto state = initialise<float>(graph, 1);
    std::vector<float> result;
    // A full batch, one that ends within a share, and some with too few rows for shares.
    for (const Index size : {examples, Index{37}, Index{5}, Index{1}, examples})
      result.push_back(static_cast<float>(
          program
              .run(state, {{model.image, std::span(images).first(static_cast<std::size_t>(size * 784))},
                           {model.label, std::span(labels).first(static_cast<std::size_t>(size))}})
              .scalar(model.loss)));
    for (const Variable& variable : graph.variables())
      for (const float value : numbers(std::as_const(state)[variable.name])) result.push_back(value);
    return result;
  }
};

CompileOptions in_regions() {
  CompileOptions options;
  options.threads = 2;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(regions)

BOOST_AUTO_TEST_CASE(no_plan_changes_a_bit_of_training) {
  for (const UpdateRule& rule : {UpdateRule(Sgd{.learning_rate = 0.1}), UpdateRule(Adam{})}) {
    const Net net(rule);
    const std::vector<NamedPlan> all = plans();
    const std::vector<float> expected = net.trained(all.front().options);
    for (const NamedPlan& plan : all)
      BOOST_TEST((net.trained(plan.options) == expected), rule.name() << ", " << plan.name);
  }
}

BOOST_AUTO_TEST_CASE(hold_every_stage_once_and_threads_meet_seldom) {
  const Net net(Sgd{});
  const Program<float> program = net.compiled(in_regions());
  const ExecutionSchedule& schedule = program.schedule();
  std::size_t next = 0;
  std::size_t meetings = 0;
  for (const Region& region : schedule.regions) {
    BOOST_TEST(region.first == next);
    BOOST_TEST(region.end > region.first);
    next = region.end;
    if (!region.alone) ++meetings;
  }
  BOOST_TEST(next == schedule.stages.size());
  // Forwards and back, sums over the batch, updates.
  BOOST_TEST(meetings == 3U);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_that_another_thread_makes_in_the_same_region) {
  const Net net(Adam{});
  const Program<float> program = net.compiled(in_regions());
  const ExecutionSchedule& schedule = program.schedule();
  for (const Region& region : schedule.regions) {
    if (region.alone) continue;
    for (std::size_t s = region.first; s < region.end; ++s)
      for (const Node* node : schedule.stages[s].nodes)
        for (std::size_t i = 0; i < node->inputs().size(); ++i)
          for (std::size_t t = region.first; t < s; ++t)
            for (const Node* made : schedule.stages[t].nodes) {
              if (&storage_of(*node->inputs()[i]) != made || schedule.stages[t].inlines(*made)) continue;
              BOOST_TEST(reads_own_rows(*node, i), node->name() << " reads " << made->name());
              BOOST_TEST((rows_of(node->shape()) == rows_of(made->shape())));
            }
  }
}

BOOST_AUTO_TEST_CASE(a_kernel_needs_its_own_rows_of_one_factor_and_all_of_the_other) {
  Graph g;
  const Expr x = g.input("x", {batch, 4});
  const Expr w = g.parameter("w", {4, 3});
  const Node& product = matmul(x, w).node();
  BOOST_TEST(reads_own_rows(product, 0));
  BOOST_TEST(!reads_own_rows(product, 1));
  BOOST_TEST(!reads_own_rows(matmul(x, x, {true, false}).node(), 0));
  BOOST_TEST(!reads_own_rows(sum(x, {0}).node(), 0));
  BOOST_TEST(reads_own_rows(sum(x, {1}).node(), 0));
  BOOST_TEST(reads_own_rows(softmax(x).node(), 0));
  BOOST_TEST(reads_own_rows(reshape(softmax(x), {batch, 2, 2}).node(), 0));
  BOOST_TEST(!reads_own_rows(softmax(reshape(w, {2, 6})).node(), 0));
}

BOOST_AUTO_TEST_CASE(images_are_read_where_they_lie) {
  const Net net(Sgd{});
  const Program<float> program = net.compiled({});
  BOOST_TEST_REQUIRE(program.memory().fed.size() == 1U);
  BOOST_TEST(program.memory().fed.front()->name() == net.model.image.name());
  auto state = initialise<float>(net.graph, 1);
  auto other = state;
  // At an address that no vector is aligned to, in a vector that ends where the images do.
  std::vector<float> moved(net.images.size() + 1);
  std::ranges::copy(net.images, moved.begin() + 1);
  const double there = program.run(state, {{net.model.image, net.images}, {net.model.label, net.labels}})
                           .scalar(net.model.loss);
  const double here = program
                          .run(other, {{net.model.image, std::span<const float>(moved).subspan(1)},
                                       {net.model.label, net.labels}})
                          .scalar(net.model.loss);
  BOOST_TEST(there == here);
  BOOST_TEST((numbers(std::as_const(state)[net.graph.variables().front().name]) ==
              numbers(std::as_const(other)[net.graph.variables().front().name])));
}

BOOST_AUTO_TEST_CASE(a_refused_step_changes_no_scalar_either) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const Expr s = g.parameter("s", {}, filled_with(2));
  const Expr b = g.parameter("b", {1}, filled_with(3));
  const Expr loss = mean(square(x * s + b));
  const Expr step = minimize(loss, Sgd{.learning_rate = 0.1});
  for (const NamedPlan& plan : plans(up_to(20))) {
    const auto program = compile<float>(g, {loss, step}, plan.options);
    auto state = initialise<float>(g, 1);
    std::vector<float> fed(20, 1.0F);
    fed[7] = std::nanf("");
    BOOST_CHECK_THROW(program.run(state, {{x, fed}}), NumericError);
    BOOST_TEST(std::as_const(state)[s][0] == 2, plan.name);
    BOOST_TEST(std::as_const(state)[b][0] == 3, plan.name);
    fed[7] = 1;
    program.run(state, {{x, fed}});
    BOOST_TEST(std::as_const(state)[s][0] != 2, plan.name);
  }
}

BOOST_AUTO_TEST_CASE(one_row_is_written_by_parts) {
  Graph g;
  const Expr v = g.parameter("v", {100}, filled_with(1));
  const Exprs wanted{square(log_softmax(v)), square(softmax(v))};
  std::vector<float> expected;
  for (const NamedPlan& plan : plans()) {
    const auto program = compile<float>(g, wanted, plan.options);
    auto state = initialise<float>(g, 1);
    for (Index i = 0; i < 100; ++i) state[v].data[i] = std::sin(static_cast<float>(i));
    for (int run = 0; run < 50; ++run) {
      const auto results = program.run(state, {});
      std::vector<float> values = numbers(results[wanted[0]]);
      for (const float value : numbers(results[wanted[1]])) values.push_back(value);
      if (expected.empty()) expected = values;
      BOOST_TEST_REQUIRE((values == expected), plan.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_made_in_one_segment_and_read_in_another_is_kept_whole) {
  Graph g;
  const Expr x = g.input("x", {batch, 1, 6, 6});
  const Expr w = g.parameter("w", {3, 3, 3, 3}, filled_with(0.1));
  const Expr each = mean(relu(x), {1, 2, 3}, KeepAxes::yes);
  const Expr spread = broadcast_to(each, {batch, 3, 6, 6});
  const Expr y = conv2d(spread, w * mean(each), {1, 1, 1});
  const Exprs wanted{conv2d(tanh(spread * y), w)};
  std::vector<float> images;
  for (Index i = 0; i < 48 * 36; ++i) images.push_back(std::sin(static_cast<float>(i * i % 1009)));
  std::vector<float> expected;
  for (const NamedPlan& plan : plans(up_to(48))) {
    const auto program = compile<float>(g, wanted, plan.options);
    auto state = initialise<float>(g, 1);
    const auto results = program.run(state, {{x, images}});
    const std::vector<float> values = numbers(results[wanted[0]]);
    if (expected.empty()) expected = values;
    BOOST_TEST((values == expected), plan.name);
  }
}

BOOST_AUTO_TEST_CASE(memory_that_a_run_writes_may_be_fed) {
  Graph g;
  const Expr x = g.input("x", {batch, 64});
  const Expr w = g.parameter("w", {64, 64}, filled_with(0.1));
  const Expr y = matmul(x, w);
  const Expr loss = mean(square(y));
  const auto step = compile<float>(g, {loss, y, minimize(loss, Sgd{.learning_rate = 0.1})}, up_to(64));
  auto state = initialise<float>(g, 1);
  for (Index i = 0; i < 4096; ++i) state[w].data[i] = std::sin(static_cast<float>(i));
  auto other = state;
  const std::vector<float> copy = numbers(std::as_const(state)[w]);
  const std::vector<float> from_copy = numbers(step.run(state, {{x, copy}})[y]);
  const auto own = std::as_const(other)[w];
  const std::vector<float> from_own = numbers(step.run(other, {{x, std::span(own.data, 4096)}})[y]);
  BOOST_TEST(from_own == from_copy, boost::test_tools::per_element());
  BOOST_TEST(numbers(std::as_const(other)[w]) == numbers(std::as_const(state)[w]),
             boost::test_tools::per_element());

  // And what another run on the same state has left.
  const auto left = step.run(state, {{x, copy}})[y];
  const std::vector<float> kept = numbers(left);
  const Expr root = matmul(matmul(x, w), w);
  const auto twice = compile<float>(g, {root}, up_to(64));
  std::ranges::copy(numbers(std::as_const(state)[w]), other[w].data);
  const std::vector<float> expected = numbers(twice.run(other, {{x, kept}})[root]);
  BOOST_TEST(numbers(twice.run(state, {{x, std::span(left.data, 4096)}})[root]) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_output_is_kept_when_what_was_fed_is_gone) {
  Graph g;
  const Expr x = g.input("x", {batch, 3});
  const Expr y = matmul(x, g.constant(1, {3, 2}));
  const auto program = compile<float>(g, {x, y}, {.capacity = 4});
  auto state = initialise<float>(g, 1);
  auto fed = std::vector<float>{1, 2, 3};
  const auto results = program.run(state, {{x, fed}});
  std::ranges::fill(fed, 0.0F);
  BOOST_TEST(results[x][2] == 3);
}

BOOST_AUTO_TEST_SUITE_END()
