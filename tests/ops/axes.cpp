#include <gradus/base/error.hpp>
#include <gradus/ops/count.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/ops/sum.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(axes)

BOOST_AUTO_TEST_CASE(a_list_of_one_axis_is_a_list) {
  Graph graph;
  const Expr x = graph.parameter("x", {2, 3});
  BOOST_TEST((sum(x, {0}).shape() == Shape{3}));
  BOOST_TEST((mean(x, {0}).shape() == Shape{3}));
  BOOST_TEST((sum(x, {-1}, KeepAxes::yes).shape() == Shape{2, 1}));
  BOOST_TEST(sum(x).shape().is_scalar());
}

// No list in braces is a place in the source.
BOOST_AUTO_TEST_CASE(lists_of_two_axes_and_of_none_are_lists) {
  Graph graph;
  const Expr x = graph.parameter("x", {2, 3, 4});
  BOOST_TEST((sum(x, {0, 1}).shape() == Shape{4}));
  BOOST_TEST((mean(x, {0, -1}).shape() == Shape{3}));
  BOOST_TEST((mean(x, {0, 1, 2}).shape() == Shape{}));
  BOOST_TEST((sum(x, {}).shape() == x.shape()));
  BOOST_TEST((mean(x, {}).shape() == x.shape()));
  State<double> state(graph, 1);
  for (Index i = 0; i < 24; ++i) state[x][i] = static_cast<double>(i);
  const Exprs wanted{sum(x, {}), mean(x, {0, -1}), count(x, {0, -1}), count(x, {})};
  const auto program = compile<double>(graph, wanted);
  const auto results = program.run(state, {});
  BOOST_TEST(results[wanted[0]][23] == 23);
  // (0 + 1 + 2 + 3 + 12 + 13 + 14 + 15) / 8
  BOOST_TEST(results[wanted[1]][0] == 7.5);
  BOOST_TEST(results.scalar(wanted[2]) == 8);
  BOOST_TEST(results.scalar(wanted[3]) == 1);
}

BOOST_AUTO_TEST_CASE(an_axis_is_named_once) {
  Graph graph;
  const Expr x = graph.parameter("x", {2, 3});
  for (const std::vector<Index>& twice : {std::vector<Index>{0, 0}, {0, -2}})
    for (const auto& reduce : std::vector<std::function<Expr()>>{
             [&] { return sum(x, twice); }, [&] { return mean(x, twice); }, [&] { return count(x, twice); }})
      BOOST_TEST(message_of<ShapeError>(reduce).ends_with("cannot take 'x' (2, 3): axis 0 is named twice"));
}

BOOST_AUTO_TEST_SUITE_END()
