// Where an op says that examples stay apart, entry i of an input moves entry i of the output alone.
#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/tests/support/examples.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// The index along `axis` of element i.
Index along(const Extents& extents, std::size_t axis, Index i) {
  return i / extents.count(axis + 1, extents.rank) % extents[axis];
}

struct Move {
  std::size_t input;
  std::size_t axis;
  std::size_t own;  ///< the axis of the output
};

void check_stays_independent(const Op& op, const std::vector<Tensor<double>>& in, const Extents& output,
                             const Move& move) {
  const Tensor<double> before = evaluate_once(op, in, output);
  const Extents& extents = in[move.input].extents();
  BOOST_TEST(extents[move.axis] == output[move.own]);
  for (Index entry = 0; entry < extents[move.axis]; ++entry) {
    std::vector<Tensor<double>> moved = in;
    for (Index i = 0; i < moved[move.input].size(); ++i)
      if (along(extents, move.axis, i) == entry) moved[move.input][i] += 1.25;
    const Tensor<double> after = evaluate_once(op, moved, output);
    for (Index i = 0; i < after.size(); ++i)
      if (along(output, move.own, i) != entry && after[i] != before[i])
        BOOST_ERROR(fmt::format("entry {} along axis {} of input {} moved element {}", entry, move.axis,
                                move.input, i));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(independent_axis)

BOOST_AUTO_TEST_CASE(kept_apart_entries_do_not_meet) {
  for_each_case([](const Built& built) {
    const Expr y = built.example.y;
    Exprs wanted = y.inputs();
    for (const Point& point : built.at) wanted.push_back(point.leaf);
    wanted.push_back(y);
    auto values = Runner<double>(built.graph, wanted, built.at).run();
    const Extents output = values.back().extents();
    values.resize(y.inputs().size());
    std::vector<Shape> shapes;
    for (const Expr& input : y.inputs()) shapes.push_back(input.shape());
    for (std::size_t i = 0; i < shapes.size(); ++i)
      for (std::size_t axis = 0; axis < shapes[i].rank(); ++axis)
        if (const auto own = y.op().independent_axis(shapes, i, axis))
          check_stays_independent(y.op(), values, output, {i, axis, *own});
  });
}

// The batch axis is what threads are given parts of: an op that lets examples alone must say so.
BOOST_AUTO_TEST_CASE(ops_on_examples_keep_the_batch_apart) {
  for_each_case([](const Built& built) {
    const Expr y = built.example.y;
    if (!y.shape().has_batch()) return;
    std::vector<Shape> shapes;
    for (const Expr& input : y.inputs()) shapes.push_back(input.shape());
    for (std::size_t i = 0; i < shapes.size(); ++i)
      if (shapes[i].has_batch()) {
        const auto own = y.op().independent_axis(shapes, i, shapes[i].batch_axis());
        BOOST_TEST((own && *own == y.shape().batch_axis()), "input " << i);
      }
  });
}

BOOST_AUTO_TEST_SUITE_END()
