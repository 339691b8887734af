// How many floating-point operations an op says it takes, against counts by hand.
#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/ops/detail/block_sums.hpp>
#include <gradus/ops/ops.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

namespace {

constexpr Index examples = 32;

double operations(const Expr& y) {
  std::vector<Extents> inputs;
  for (const Node* input : y.node().inputs()) inputs.push_back(input->shape().at(examples));
  return y.op().operations(inputs, y.shape().at(examples));
}

struct Inputs {
  Graph g;
  Expr rows = g.input("rows", {batch, 784});
  Expr errors = g.input("errors", {batch, 64});
  Expr classes = g.input("classes", {batch, 10});
  Expr targets = g.input("targets", {batch, 10});
  Expr weight = g.parameter("weight", {784, 64}, zeros());
  Expr images = g.input("images", {batch, 3, 9, 9});
  Expr kernels = g.parameter("kernels", {4, 3, 5, 5}, zeros());
  Expr bias = g.parameter("bias", {4}, zeros());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(operations_of_ops, Inputs)

BOOST_AUTO_TEST_CASE(products) {
  BOOST_TEST(operations(matmul(rows, weight)) == 2.0 * 32 * 784 * 64);
  BOOST_TEST(operations(matmul(errors, weight, {.b = true})) == 2.0 * 32 * 64 * 784);
  BOOST_TEST(operations(matmul(rows, errors, {.a = true})) == 2.0 * 784 * 32 * 64);
  BOOST_TEST(operations(product_update(weight, g.constant(0.1), rows, errors, {.a = true})) ==
             2.0 * 784 * 32 * 64 + 2.0 * 784 * 64);
}

BOOST_AUTO_TEST_CASE(one_for_each_number) {
  BOOST_TEST(operations(tanh(classes)) == 32 * 10);
  BOOST_TEST(operations(classes * targets) == 32 * 10);
  BOOST_TEST(operations(dropout(classes, 0.5).input(0)) >= 0);
  BOOST_TEST(operations(linear(classes, 2, 1)) == 2 * 32 * 10);
  BOOST_TEST(operations(accumulate({classes, targets, classes})) == 2 * 32 * 10);
}

BOOST_AUTO_TEST_CASE(none_where_numbers_are_only_moved) {
  BOOST_TEST(operations(rows) == 0);
  BOOST_TEST(operations(reshape(rows, {batch, 28, 28})) == 0);
  BOOST_TEST(operations(broadcast_to(bias, {batch, 4})) == 0);
  BOOST_TEST(operations(transpose(rows)) == 0);
  BOOST_TEST(operations(slice(rows, 1, 3, 9)) == 0);
  BOOST_TEST(operations(concatenate({rows, errors}, 1)) == 0);
  BOOST_TEST(operations(count(rows, {1})) == 0);
  BOOST_TEST(operations(one_hot(sum(rows, {1}), 10)) == 0);
  BOOST_TEST(operations(pack(images)) == 0);
  BOOST_TEST(operations(unpack(conv2d(pack(images), kernels))) == 0);
  BOOST_TEST(operations(assign(weight, weight)) == 0);
}

BOOST_AUTO_TEST_CASE(reductions_take_each_number_once) {
  BOOST_TEST(operations(sum(rows, {0})) == 32 * 784);
  BOOST_TEST(operations(sum(rows)) == 32 * 784);
  BOOST_TEST(operations(mean(rows, {0})) == 32 * 784 + 784);
  BOOST_TEST(operations(max(classes, -1)) == 32 * 10);
  BOOST_TEST(operations(argmax(classes)) == 32 * 10);
  BOOST_TEST(operations(apply(BlockSum{{0}}, {pack(images), g.batch_size()})) == 32 * 3 * 9 * 9);
}

BOOST_AUTO_TEST_CASE(softmax_and_its_loss) {
  BOOST_TEST(operations(softmax(classes)) == 5 * 32 * 10);
  BOOST_TEST(operations(log_softmax(classes)) == 5 * 32 * 10);
  BOOST_TEST(operations(cross_entropy(classes, targets)) == 3 * 32 * 10);
}

BOOST_AUTO_TEST_CASE(convolutions_and_their_gradients) {
  // 4 channels of 5 × 5 places, each of 3 · 5 · 5 taps.
  constexpr double products = 32.0 * 4 * 5 * 5 * 3 * 5 * 5;
  const Expr y = conv2d(images, kernels);
  BOOST_TEST_REQUIRE((y.shape() == Shape{batch, 4, 5, 5}));
  BOOST_TEST(operations(y) == 2 * products);
  BOOST_TEST(operations(conv2d(images, kernels, bias)) == 2 * products + 32 * 4 * 5 * 5);
  BOOST_TEST(operations(conv2d_input_gradient(kernels, y, 9, 9)) == 2 * products);
  BOOST_TEST(operations(conv2d_kernel_gradient(images, y, 5, 5)) == 2 * products);
  BOOST_TEST(operations(apply(Conv2dBlockGradient{{}, 5, 5}, {pack(images), pack(y), g.batch_size()})) ==
             2 * products);
  // Every second place, with two pixels around: 5 × 5 of them again.
  const Convolution apart{.stride = 2, .padding = 2};
  const Expr spread = conv2d(images, kernels, apart);
  BOOST_TEST_REQUIRE((spread.shape() == Shape{batch, 4, 5, 5}));
  BOOST_TEST(operations(spread) == 2 * products);
  BOOST_TEST(operations(conv2d_input_gradient(kernels, spread, 9, 9, apart)) == 2 * products);
  BOOST_TEST(operations(conv2d_kernel_gradient(images, spread, 5, 5, apart)) == 2 * products);
}

BOOST_AUTO_TEST_CASE(blocks_count_their_spare_entries) {
  // 32 examples fill two blocks; one example is computed as sixteen.
  const Expr y = conv2d(pack(images), kernels);
  BOOST_TEST(operations(y) == 2.0 * 32 * 4 * 5 * 5 * 3 * 5 * 5);
  const std::vector<Extents> one{y.input(0).shape().at(1), y.input(1).shape().at(1)};
  BOOST_TEST(y.op().operations(one, y.shape().at(1)) == 2.0 * 16 * 4 * 5 * 5 * 3 * 5 * 5);
}

BOOST_AUTO_TEST_CASE(poolings) {
  constexpr double places = 32.0 * 3 * 4 * 4;
  const Expr y = max_pool(images, 2);
  BOOST_TEST(operations(y) == 4 * places);
  BOOST_TEST(operations(max_pool_gradient(images, y, {})) == 4 * places);
  BOOST_TEST(operations(max_pool_select(images, images, {})) == 4 * places);
  BOOST_TEST(operations(average_pool(images, 2)) == 4 * places + places);
  BOOST_TEST(operations(average_pool_gradient(y, 9, 9, {})) == 4 * places + places);
}

BOOST_AUTO_TEST_SUITE_END()
