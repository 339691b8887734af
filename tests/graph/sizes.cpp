// Sizes beyond what an array, a plan or the machine can hold: one typed error each, which says what was asked
// for.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/text.hpp>

#include <fmt/format.h>

#include <limits>

using namespace gradus;
using namespace gradus::test;

namespace {

constexpr Index large = Index{1} << 40;

std::string at(int line) { return fmt::format("(sizes.cpp:{})", line); }

}  // namespace

BOOST_AUTO_TEST_SUITE(sizes)

BOOST_AUTO_TEST_CASE(that_multiply_to_more_than_an_index_holds) {
  BOOST_TEST((product(large, 1 << 16) == max_elements));
  BOOST_TEST(!product(large, (1 << 16) + 1));
  BOOST_TEST(!product(large, large));
  BOOST_TEST((product(0, large) == 0));
}

BOOST_AUTO_TEST_CASE(of_a_variable_and_an_input) {
  Graph g;
  const int of_variable = __LINE__ + 1;
  const auto variable = [&] { g.parameter("w", {large, 1 << 30}); };
  check_refused<ShapeError>(variable,
                            "parameter 'w' " + at(of_variable) +
                                " has the shape (1099511627776, 1073741824), but an array has at most "
                                "72057594037927936 elements");
  const int of_input = __LINE__ + 1;
  const auto input = [&] { g.input("x", {batch, large, large}); };
  check_refused<ShapeError>(input,
                            "input 'x' " + at(of_input) +
                                " has the shape (batch, 1099511627776, 1099511627776), but an array has at "
                                "most 72057594037927936 elements");
  BOOST_TEST(g.size() == 0U);
}

BOOST_AUTO_TEST_CASE(of_what_an_op_would_make) {
  Graph g;
  const Expr column = g.parameter("column", {large, 1});
  const Expr row = g.parameter("row", {1, large});
  const int of_product = __LINE__ + 1;
  const std::string product = message_of<ShapeError>([&] { matmul(column, row); });
  BOOST_TEST(product == "matmul " + at(of_product) +
                            " would have the shape (1099511627776, 1099511627776), but an array has at "
                            "most 72057594037927936 elements");
  const int of_constant = __LINE__ + 1;
  const auto constant = [&] { g.constant(1.0, {large, large}); };
  check_refused<ShapeError>(constant,
                            "fill " + at(of_constant) +
                                " would have the shape (1099511627776, 1099511627776), but an array has at "
                                "most 72057594037927936 elements");
  BOOST_TEST(message_of<ShapeError>([&] {
               reshape(row, {large, large});
             }).ends_with("(1099511627776, 1099511627776) has not as many elements, for every batch"));
  // A product that wrapped would be 0: as many as there are numbers.
  BOOST_TEST(message_of<ShapeError>([&] {
               g.constant(std::vector<double>{}, {1 << 30, 1 << 30, 16});
             }).ends_with("cannot be made of 0 numbers"));
  const Exprs many(65537, g.parameter("part", {large}));
  BOOST_TEST(message_of<ShapeError>([&] {
               concatenate(many, 0);
             }).ends_with("an axis has at most 72057594037927936 entries"));
}

BOOST_AUTO_TEST_CASE(of_a_convolution) {
  Graph g;
  const Expr x = g.input("x", {batch, 1, 5, 5});
  const Expr w = g.parameter("w", {1, 1, 3, 3});
  constexpr Index most = std::numeric_limits<Index>::max();
  BOOST_TEST(message_of<ValueError>([&] {
               conv2d(x, w, {.padding = most});
             }).ends_with("the padding can be at most 72057594037927936, not 9223372036854775807"));
  BOOST_TEST(message_of<ShapeError>([&] { conv2d(x, w, {.dilation = most}); })
                 .ends_with("with a dilation of 9223372036854775807 the kernel would reach over more than "
                            "72057594037927936 entries"));
}

BOOST_AUTO_TEST_CASE(of_an_array) {
  check_refused<ShapeError>(
      [] {
        Tensor<float>({large, large});
      },
      "an array has at most 72057594037927936 elements, not (1099511627776, "
      "1099511627776)");
  check_refused<ShapeError>([] { Tensor<float>({3, -2}); }, "an array cannot have an axis of size -2");
  check_refused<ShapeError>(
      [] {
        Shape({batch, 4}).count(max_elements / 2);
      },
      "an array has at most 72057594037927936 elements, but (batch, 4) would have more "
      "for a batch of 36028797018963968");
}

BOOST_AUTO_TEST_CASE(of_a_capacity) {
  Graph g;
  const Expr x = g.input("x", {batch, 3});
  const Expr y = sum(x);
  for (const Index capacity : {Index{1} << 60, std::numeric_limits<Index>::max()})
    check_refused<ValueError>(
        [&] { compile<float>(g, {y}, up_to(capacity)); },
        fmt::format("a capacity of {} examples is too large: 'x' (batch, 3) would have more than the "
                    "72057594037927936 elements an array may have. This graph's capacity is at most "
                    "24019198012642645",
                    capacity));
  compile<float>(g, {y}, up_to(24019198012642645));
}

BOOST_AUTO_TEST_CASE(of_a_plan) {
  Graph g;
  const Expr x = g.input("x", {batch});
  Expr y = x;
  for (int i = 0; i < 40; ++i) y = tanh(y);
  check_refused<ValueError>([&] { compile<double>(g, {y}, up_to(max_elements)); },
                            "a capacity of 72057594037927936 examples is too large: together the values of "
                            "the program would take 2⁶³ bytes and more");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(memory_that_is_not_there)

BOOST_AUTO_TEST_CASE(for_a_state) {
  Graph g;
  g.parameter("small", {});
  State<float> state(g, 1);
  state.set("small", 2);
  const int line = __LINE__ + 1;
  g.parameter("w", {large, 3});
  const std::string message = message_of<MemoryError>([&] { state.extend(g); });
  BOOST_TEST(message.starts_with("parameter 'w' (1099511627776, 3) " + at(line) +
                                 " does not fit into memory: cannot allocate 26388279066624 bytes: this "
                                 "machine has "),
             message);
  // What was there is there, and no half of the new.
  BOOST_TEST(state.variables().size() == 1U);
  BOOST_TEST(std::as_const(state)["small"][0] == 2);
}

BOOST_AUTO_TEST_CASE(for_a_run) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const Expr y = sum(x);
  State<float> state(g, 1);
  const std::vector<float> three(3, 1);
  const auto large_program = compile<float>(g, {y}, up_to(large));
  const std::string message = message_of<MemoryError>([&] { large_program.run(state, {{x, three}}); });
  BOOST_TEST(message.starts_with("a run of this program does not fit into memory: cannot allocate "),
             message);
  BOOST_TEST(
      message.ends_with(". Compile it with a smaller CompileOptions::capacity than 1099511627776 examples"),
      message);
  BOOST_TEST(compile<float>(g, {y}, up_to(3)).run(state, {{x, three}}).scalar(y) == 3);
}

BOOST_AUTO_TEST_CASE(for_more_bytes_than_can_be_counted) {
  check_refused<MemoryError>([] { allocate(std::numeric_limits<Index>::max(), 8); },
                             "cannot allocate 9223372036854775807 values of 8 bytes");
}

BOOST_AUTO_TEST_SUITE_END()
