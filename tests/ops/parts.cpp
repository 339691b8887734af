// An op computes a part: ranges of rows, stretches of a window and single tiles give the bits of the whole.
#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/tests/support/examples.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// oneDNN and Eigen choose their kernels by the number of rows, so a row's last bits depend on how many are
/// computed with it.
bool multiplies_matrices(const Op& op) { return op.name() == "matmul" || op.name() == "product_update"; }

/// Of sums of up to 5 products of the order of 1.
constexpr double product_tolerance = 1e-6;

/// The op of a case with the values of its inputs.
struct Applied {
  explicit Applied(const Built& built) : op(built.example.y.op()) {
    Exprs wanted = built.example.y.inputs();
    wanted.push_back(built.example.y);
    for (const Point& point : built.at) wanted.push_back(point.leaf);
    auto values = Runner<float>(built.graph, wanted, built.at).run();
    const std::size_t inputs = built.example.y.inputs().size();
    output = values[inputs].extents();
    values.resize(inputs);
    in = std::move(values);
    for (const Tensor<float>& input : in) views.push_back(input.view());
    whole = evaluate_once(op, in, output);
  }

  const Op& op;
  std::vector<Tensor<float>> in;
  std::vector<View<const float>> views;
  Extents output;
  Tensor<float> whole;
};

Tensor<float> in_two_calls(const Applied& y, Index cut) {
  Tensor<float> result(y.output);
  if (const auto over = y.op.overwrites()) std::ranges::copy(y.in[*over].span(), result.data());
  std::vector<Extents> extents;
  for (const auto& input : y.in) extents.push_back(input.extents());
  const Index rows = y.output.rank == 0 ? 1 : y.output[0];
  for (const Range part : {Range{cut, rows}, Range{0, cut}}) {
    Buffer<float> scratch(std::max<Index>(1, y.op.scratch(extents, y.output)));
    y.op.evaluate(Call<float>{result.view(), y.views.data(), y.views.size(), part, scratch.data()});
  }
  return result;
}

Tensor<float> in_two_windows(const Applied& y, Index cut) {
  Tensor<float> result(y.output);
  for (const Range part : {Range{cut, result.size()}, Range{0, cut}})
    y.op.evaluate(GatherTile<float>{result.data() + part.begin, y.output, part, y.views.data()});
  return result;
}

Tensor<float> in_tiles(const Applied& y, Index tile) {
  Tensor<float> result(y.output);
  for (Index begin = 0; begin < result.size(); begin += tile) {
    std::vector<const float*> pointers;
    for (const auto& input : y.in) pointers.push_back(input.data() + begin);
    const Index size = padded<float>(std::min(tile, result.size() - begin));
    y.op.evaluate(Tile<float>{result.data() + begin, pointers.data(), pointers.size(), size});
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(parts)

BOOST_AUTO_TEST_CASE(rows_of_a_kernel) {
  for_each_case([](const Built& built) {
    if (built.example.y.op().kind() != Kind::rowwise) return;
    const Applied y(built);
    const Index rows = y.output.rank == 0 ? 1 : y.output[0];
    for (Index cut = 1; cut < rows; ++cut)
      if (multiplies_matrices(y.op))
        BOOST_TEST(distance(in_two_calls(y, cut), y.whole) <= product_tolerance, cut);
      else
        BOOST_TEST(same_bits(in_two_calls(y, cut), y.whole), cut);
  });
}

BOOST_AUTO_TEST_CASE(stretches_of_a_window) {
  for_each_case([](const Built& built) {
    if (built.example.y.op().kind() != Kind::gather) return;
    const Applied y(built);
    for (Index cut = 1; cut < y.whole.size(); ++cut)
      BOOST_TEST(same_bits(in_two_windows(y, cut), y.whole), cut);
  });
}

BOOST_AUTO_TEST_CASE(tiles_of_an_elementwise_op) {
  for_each_case([](const Built& built) {
    if (built.example.y.op().kind() != Kind::elementwise) return;
    const Applied y(built);
    for (const Index tile : {lanes<float>, 3 * lanes<float>})
      BOOST_TEST(same_bits(in_tiles(y, tile), y.whole), tile);
  });
}

BOOST_AUTO_TEST_CASE(an_elementwise_op_may_write_over_any_input) {
  for_each_case([](const Built& built) {
    if (built.example.y.op().kind() != Kind::elementwise) return;
    const Applied y(built);
    for (std::size_t over = 0; over < y.in.size(); ++over) {
      std::vector<Tensor<float>> in = y.in;
      std::vector<const float*> pointers;
      for (const auto& input : in) pointers.push_back(input.data());
      y.op.evaluate(
          Tile<float>{in[over].data(), pointers.data(), pointers.size(), padded<float>(in[over].size())});
      BOOST_TEST(same_bits(in[over], y.whole), over);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
