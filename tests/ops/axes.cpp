#include <gradus/ops/mean.hpp>
#include <gradus/ops/sum.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(axes)

BOOST_AUTO_TEST_CASE(a_list_of_one_axis_is_a_list) {
  Graph graph;
  const Expr x = graph.parameter("x", {2, 3});
  BOOST_TEST((sum(x, {0}).shape() == Shape{3}));
  BOOST_TEST((mean(x, {0}).shape() == Shape{3}));
  BOOST_TEST((sum(x, {-1}, KeepAxes::yes).shape() == Shape{2, 1}));
  BOOST_TEST(sum(x).shape().is_scalar());
}

BOOST_AUTO_TEST_SUITE_END()
