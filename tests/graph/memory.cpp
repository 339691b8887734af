// The memory plan, and one program for every batch size.
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/plans.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Three layers and their gradients.
struct PlannedNet {
  Graph graph;
  Expr x = graph.input("x", {batch, 20});
  Expr t = graph.input("t", {batch, 5});
  Expr h;
  Expr loss;
  Exprs gradient;

  PlannedNet() {
    h = x;
    for (const Index width : {30, 16, 5}) {
      const auto guard = graph.scope("layer" + std::to_string(width));
      const Expr w = graph.parameter("w", {h.shape().back(), width}, filled_with(0.05));
      h = tanh(matmul(h, w) + graph.parameter("b", {width}, filled_with(0.1)));
    }
    loss = mean(cross_entropy(softmax(h), t));
    gradient = gradients(loss, graph.parameters());
  }

  Exprs wanted() const {
    Exprs all = gradient;
    all.push_back(loss);
    return all;
  }
};

std::vector<float> examples(Index count, Index width) {
  std::vector<float> values;
  for (Index i = 0; i < count * width; ++i) values.push_back(std::sin(static_cast<float>(i * i % 101)));
  return values;
}

void check_nothing_overlaps(const MemoryPlan& plan) {
  for (std::size_t i = 0; i < plan.buffers.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const BufferRecord& a = plan.buffers[i];
      const BufferRecord& b = plan.buffers[j];
      const bool at_once = a.first <= b.last && b.first <= a.last;
      const bool same_place = a.line < b.line + b.lines && b.line < a.line + a.lines;
      BOOST_TEST(!(at_once && same_place), a.node->name() << " and " << b.node->name());
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(sharing_saves) {
  const PlannedNet net;
  const auto shared = compile<float>(net.graph, net.wanted());
  CompileOptions options;
  options.share_memory = false;
  const auto alone = compile<float>(net.graph, net.wanted(), options);
  BOOST_TEST(shared.planned_bytes() < alone.planned_bytes());
  BOOST_TEST(shared.planned_bytes() < shared.unplanned_bytes());
  options.fuse = false;
  const auto plain = compile<float>(net.graph, net.wanted(), options);
  BOOST_TEST(alone.planned_bytes() <= plain.planned_bytes());
  BOOST_TEST(plain.planned_bytes() <= plain.unplanned_bytes());
}

BOOST_AUTO_TEST_CASE(no_two_live_buffers_overlap) {
  const PlannedNet net;
  for (const bool passes : {false, true}) {
    CompileOptions options;
    options.passes = passes;
    for (const NamedPlan& plan : plans(options)) {
      const auto program = compile<float>(net.graph, net.wanted(), plan.options);
      check_nothing_overlaps(program.memory());
      BOOST_TEST(program.memory().buffers.size() > 4U, plan.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_buffer_lies_in_the_arena) {
  const PlannedNet net;
  const auto program = compile<float>(net.graph, net.wanted());
  for (const BufferRecord& buffer : program.memory().buffers) {
    BOOST_TEST(buffer.line >= 0);
    BOOST_TEST(buffer.line + buffer.lines <= program.memory().arena_lines);
    BOOST_TEST(buffer.lines * 64 >= buffer.node->shape().count(64) * 4);
  }
}

BOOST_AUTO_TEST_CASE(each_example_gives_the_same_whatever_batch_it_is_fed_in) {
  // The matrix kernel's last bits depend on the number of rows.
  constexpr double tolerance = 1e-6;
  PlannedNet net;
  constexpr Index capacity = 9;
  const auto program = compile<float>(net.graph, {net.h}, up_to(capacity));
  auto state = initialise<float>(net.graph, 1);
  const std::vector<float> all = examples(capacity, 20);
  const auto whole = numbers(program.run(state, {{net.x, all}})[net.h]);
  for (Index size = 1; size <= capacity; ++size)
    for (Index first = 0; first + size <= capacity; first += size) {
      const std::span<const float> part(all.data() + first * 20, static_cast<std::size_t>(size * 20));
      const auto values = program.run(state, {{net.x, part}})[net.h];
      BOOST_TEST(values.extents[0] == size);
      for (Index i = 0; i < values.size(); ++i)
        BOOST_TEST(std::abs(values[i] - whole[static_cast<std::size_t>(first * 5 + i)]) <= tolerance);
    }
}

BOOST_AUTO_TEST_CASE(the_mean_loss_is_that_of_the_batch_fed) {
  PlannedNet net;
  const auto program = compile<double>(net.graph, {net.loss}, up_to(8));
  auto state = initialise<double>(net.graph, 1);
  std::vector<double> x;
  for (const float v : examples(8, 20)) x.push_back(static_cast<double>(v));
  std::vector<double> t(40, 0.2);
  double sum = 0;
  for (std::size_t i = 0; i < 8; ++i)
    sum +=
        program
            .run(state, {{net.x, std::span(x).subspan(i * 20, 20)}, {net.t, std::span(t).subspan(i * 5, 5)}})
            .scalar(net.loss);
  BOOST_TEST(program.run(state, {{net.x, x}, {net.t, t}}).scalar(net.loss) == sum / 8,
             boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_SUITE_END()
