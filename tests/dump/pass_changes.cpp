#include <gradus/dump/pass_changes.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/dump/golden.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <algorithm>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(pass_changes)

BOOST_AUTO_TEST_CASE(passes_that_changed_something) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  const Expr step = minimize(model.loss, Sgd{});
  const std::vector<TracedPass> passes = trace_passes(graph, {model.loss, step}, up_to(8));
  BOOST_TEST_REQUIRE(passes.size() > 3U);
  BOOST_TEST(passes[0].name == "declared");
  BOOST_TEST(passes[0].graph->size() == graph.size());
  std::ostringstream all;
  for (std::size_t i = 1; i < passes.size(); ++i) {
    const GraphChanges changes = changes_between(*passes[i - 1].graph, *passes[i].graph);
    BOOST_TEST(changes.removed.size() + changes.added.size() + changes.changed.size() > 0U);
    BOOST_TEST(passes[i - 1].graph->size() + changes.added.size() - changes.removed.size() ==
               passes[i].graph->size());
    if (i > 1) all << '\n';
    write_changes(all, passes[i - 1], passes[i]);
  }
  check_golden("mlp_passes.txt", all.str());
}

BOOST_AUTO_TEST_CASE(equal_graphs_do_not_differ) {
  const Neuron one;
  const Neuron other;
  const GraphChanges changes = changes_between(one.graph, other.graph);
  BOOST_TEST(changes.removed.empty());
  BOOST_TEST(changes.added.empty());
  BOOST_TEST(changes.changed.empty());
}

BOOST_AUTO_TEST_CASE(an_attribute_an_input_or_an_op_makes_a_node_another) {
  const auto graph_of = [](double factor, bool swapped, bool sine) {
    auto graph = std::make_shared<Graph>();
    const Expr x = graph->input("x", {batch});
    const Expr y = graph->input("y", {batch});
    (swapped ? y - x : x - y).named("difference");
    leaky_relu(x, factor).named("bent");
    (sine ? sin(x) : cos(x)).named("wave");
    return graph;
  };
  const auto base = graph_of(0.1, false, false);
  const auto changed = [&](double factor, bool swapped, bool sine) {
    std::vector<std::string> names;
    const auto other = graph_of(factor, swapped, sine);
    for (const auto& [old, now] : changes_between(*base, *other).changed) {
      BOOST_TEST(old->name() == now->name());
      names.push_back(now->name());
    }
    return names;
  };
  BOOST_TEST(changed(0.2, false, false) == (std::vector<std::string>{"bent"}),
             boost::test_tools::per_element());
  BOOST_TEST(changed(0.1, true, false) == (std::vector<std::string>{"difference"}),
             boost::test_tools::per_element());
  BOOST_TEST(changed(0.1, false, true) == (std::vector<std::string>{"wave"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(colours_are_all_that_a_terminal_adds) {
  auto before = std::make_shared<Graph>();
  (before->input("x", {batch}) + 1).named("y");
  auto after = std::make_shared<Graph>();
  (after->input("x", {batch}) * 2).named("y");
  after->input("z", {});
  const TracedPass first{"first", "begins", before};
  const TracedPass second{"second", "goes on", after};
  std::ostringstream plain;
  write_changes(plain, first, second);
  BOOST_TEST(plain.str() ==
             "second: goes on (3 → 4 nodes)\n"
             "~  fill  (batch)  fill(value=2)      was fill(value=1)\n"
             "~  y     (batch)  multiply(x, fill)  was add(x, fill)\n"
             "+  z     ()       input()\n");
  std::ostringstream coloured;
  write_changes(coloured, first, second, {.colour = true});
  BOOST_TEST(coloured.str().find("\x1b[33m~  y ") != std::string::npos);
  BOOST_TEST(coloured.str().find("\x1b[32m+  z ") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
