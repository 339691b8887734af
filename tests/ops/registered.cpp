// Every op of the library has cases, and every case is of the op it is named after.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/ops/registry.hpp>
#include <gradus/tests/support/examples.hpp>

#include <set>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(registered)

BOOST_AUTO_TEST_CASE(every_op_has_cases) {
  for (const Description* op : registered_ops())
    BOOST_TEST(!cases_of(op->name).empty(), op->name << " has no case in ops/cases_*.cpp");
}

BOOST_AUTO_TEST_CASE(every_case_is_of_a_registered_op) {
  for (const OpCase& op_case : op_cases())
    BOOST_TEST(std::ranges::any_of(registered_ops(), [&](auto* op) { return op->name == op_case.op; }),
               op_case.op);
}

BOOST_AUTO_TEST_CASE(every_case_is_of_its_op) {
  for (const OpCase& op_case : op_cases()) {
    Graph graph;
    BOOST_TEST(op_case.build(graph).y.op().name() == op_case.op, op_case.what);
  }
}

BOOST_AUTO_TEST_CASE(every_op_says_its_value_in_javascript) {
  for (const OpCase& op_case : op_cases()) {
    Graph graph;
    BOOST_TEST(!op_case.build(graph).y.op().javascript().empty(), op_case.op);
  }
}

// Inputs and variables are given, and what ends a step is no number.
BOOST_AUTO_TEST_CASE(every_node_of_a_graph_but_what_is_given_says_its_value_in_javascript) {
  Graph g;
  const Expr w = g.parameter("w", {});
  const Expr numbers = g.step() + sum(g.random_key()) + g.batch_size() + sum(g.constant({1, 2}, {2}));
  const Expr assigned = assign(w, accumulate({when_training(w, numbers), no_gradient(g, {})}));
  train_step(w, {assigned});
  std::set<std::string_view> without;
  for (std::size_t id = 0; id < g.size(); ++id)
    if (const Op& op = g.node(id).op(); op.javascript().empty()) without.insert(op.name());
  BOOST_TEST((without == std::set<std::string_view>{"variable", "train_step"}));
}

BOOST_AUTO_TEST_CASE(every_op_is_checked_with_one_example_and_with_more) {
  for (const Description* op : registered_ops()) {
    bool alone = false;
    bool more = false;
    for (const OpCase* op_case : cases_of(op->name)) {
      const Built built(*op_case);
      for (const Point& point : built.at)
        if (const Shape& shape = point.leaf.shape(); shape.has_batch())
          (point.value.extents()[shape.batch_axis()] == 1 ? alone : more) = true;
    }
    BOOST_TEST(alone, op->name << " has no case with a batch of 1");
    BOOST_TEST(more, op->name << " has no case with a larger batch");
  }
}

BOOST_AUTO_TEST_CASE(names_are_sorted_and_distinct) {
  const auto ops = registered_ops();
  for (std::size_t i = 1; i < ops.size(); ++i) BOOST_TEST((ops[i - 1]->name < ops[i]->name), ops[i]->name);
}

BOOST_AUTO_TEST_CASE(ops_are_checked_by_name) {
  const std::vector<std::string> names{"tanh", "add"};
  const std::vector<OpCheck> checks = check_ops(names);
  BOOST_TEST(checks.size() == 2U);
  BOOST_TEST(checks[0].op == "tanh");
  BOOST_TEST(checks[0].cases == cases_of("tanh").size());
  BOOST_TEST(checks[1].passed);
}

BOOST_AUTO_TEST_CASE(an_unknown_op_is_named_with_the_nearest) {
  const std::vector<std::string> names{"tanhh"};
  const std::string message = message_of<NameError>([&] { check_ops(names); });
  BOOST_TEST(message.starts_with("unknown op 'tanhh'; did you mean 'tanh'? Known: "), message);
}

BOOST_AUTO_TEST_SUITE_END()
