// Random graphs hold every op there is, are made of their recipe alone, and give the same bits however they
// run.
#include <gradus/ops/registry.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>
#include <gradus/tests/oracle/graphs/runs.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

using namespace gradus;
using namespace gradus::oracle;

namespace {

std::set<std::string_view> ops_of(const RandomGraph& of) {
  std::set<std::string_view> ops;
  for (std::size_t id = 0; id < of.graph->size(); ++id) ops.insert(of.graph->node(id).op().name());
  return ops;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_makers)

BOOST_AUTO_TEST_CASE(every_op_has_a_maker_that_makes_it) {
  for (const Description* op : registered_ops()) {
    const bool known =
        std::ranges::any_of(makers(), [&](const Maker& maker) { return maker.op == op->name; });
    BOOST_TEST(known, op->name << " has no maker in tests/oracle/graphs/makers_*.cpp");
    if (!known) continue;
    bool made = false;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Recipe recipe{seed, {std::string(op->name)}, {Size::small}};
      made = made || ops_of(random_graph(recipe)).contains(op->name);
    }
    BOOST_TEST(made, "the maker of " << op->name << " does not make it");
  }
}

BOOST_AUTO_TEST_CASE(makers_are_distinct) {
  std::set<std::string_view> names;
  for (const Maker& maker : makers()) BOOST_TEST(names.insert(maker.op).second, maker.op);
}

BOOST_AUTO_TEST_CASE(a_graph_is_made_of_its_recipe_alone) {
  std::set<std::uint64_t> prints;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::uint64_t print = fingerprint(random_graph({seed}));
    BOOST_TEST(print == fingerprint(random_graph({seed})));
    BOOST_TEST(prints.insert(print).second, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(shapes_and_batches_are_of_every_kind) {
  std::set<std::size_t> ranks;
  bool one = false;
  Index largest = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const RandomGraph of = random_graph({seed});
    one = one || of.batch_size == 1;
    largest = std::max(largest, of.batch_size);
    for (std::size_t id = 0; id < of.graph->size(); ++id) ranks.insert(of.graph->node(id).shape().rank());
  }
  BOOST_TEST(ranks == (std::set<std::size_t>{0, 1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(one);
  BOOST_TEST(largest > 3000);
}

BOOST_AUTO_TEST_CASE(no_plan_and_no_thread_changes_a_bit) {
  for (const Size size : {Size::small, Size::wide, Size::large, Size::extreme})
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      RandomGraph of = random_graph({seed, {}, {size}});
      differentiate(of);
      for (const bool passes : {false, true}) {
        for (const std::string& broken : run_all_plans<double>(of, passes).broken)
          BOOST_TEST(false, "seed " << seed << ": " << broken);
        for (const std::string& broken : run_all_plans<float>(of, passes).broken)
          BOOST_TEST(false, "seed " << seed << ": " << broken);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
