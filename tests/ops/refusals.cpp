// What ops refuse: each message from its first word to its last.
#include <gradus/base/error.hpp>
#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/ops/detail/block_sums.hpp>
#include <gradus/ops/hessian_vector.hpp>
#include <gradus/ops/jacobian.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <fmt/format.h>

#include <regex>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Checks what an action is refused with; `@` in the message stands for a line of this file, the user's.
template <class Thrown, class Action>
void refused(const Action& action, const std::string& message) {
  static const std::regex place(R"(\(refusals\.cpp:\d+\))");
  BOOST_TEST(std::regex_replace(message_of<Thrown>(action), place, "@") == message);
}

struct Declared {
  Graph graph;
  Expr images = graph.input("images", {batch, 2, 5, 6});
  Expr kernels = graph.parameter("kernels", {3, 2, 3, 3});
  Expr x = graph.input("x", {batch, 4});
  Expr column = graph.input("column", {batch});
  Expr a = graph.parameter("a", {4, 3});
  Expr v = graph.parameter("v", {3});
  Expr s = graph.parameter("s", {});
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(refusals, Declared)

BOOST_AUTO_TEST_CASE(of_convolutions) {
  refused<ShapeError>([&] { conv2d(x, kernels); },
                      "conv2d @ cannot take 'x' (batch, 4) and 'kernels' (3, 2, 3, 3): the images must have "
                      "four axes: example, channel, row, column; reshape it first");
  const Expr turned = graph.input("turned", {2, batch, 5, 6});
  refused<ShapeError>([&] { conv2d(turned, kernels); },
                      "conv2d @ cannot take 'turned' (2, batch, 5, 6) and 'kernels' (3, 2, 3, 3): the first "
                      "axis of the images must be the batch");
  refused<ShapeError>([&] { conv2d(images, a); },
                      "conv2d @ cannot take 'images' (batch, 2, 5, 6) and 'a' (4, 3): the kernels must have "
                      "four axes: output channel, input channel, row, column");
  const Expr others = graph.parameter("others", {3, 1, 3, 3});
  refused<ShapeError>([&] { conv2d(images, others); },
                      "conv2d @ cannot take 'images' (batch, 2, 5, 6) and 'others' (3, 1, 3, 3): the kernels "
                      "are made for 1 channels, but the images have 2");
  refused<ShapeError>([&] { conv2d(images, kernels, a); },
                      "conv2d @ cannot take 'images' (batch, 2, 5, 6) and 'kernels' (3, 2, 3, 3) and 'a' (4, "
                      "3): the bias must have one number for each output channel, (3)");
  refused<ShapeError>([&] { apply(Conv2d{}, {images}); },
                      "conv2d @ cannot take 'images' (batch, 2, 5, 6): it takes images, kernels and perhaps "
                      "a bias");
  const Expr large = graph.parameter("large", {3, 2, 9, 9});
  refused<ShapeError>([&] { conv2d(images, large, {.padding = 1}); },
                      "conv2d @ cannot take 'images' (batch, 2, 5, 6) and 'large' (3, 2, 9, 9): the kernel "
                      "reaches over 9 rows, but the image has only 5 and 1 of padding on either side: take a "
                      "smaller kernel, or more padding");
  refused<ValueError>([&] { conv2d(images, kernels, {.stride = 0}); },
                      "conv2d @: the stride must be at least 1, not 0");
  refused<ValueError>([&] { conv2d(images, kernels, {.dilation = 0}); },
                      "conv2d @: the dilation must be at least 1, not 0");
  refused<ValueError>([&] { conv2d(images, kernels, {.padding = -1}); },
                      "conv2d @: the padding must be at least 0, not -1");
}

BOOST_AUTO_TEST_CASE(of_what_flows_back_through_convolutions) {
  refused<ShapeError>([&] { conv2d_input_gradient(a, images, 5, 6); },
                      "conv2d_input_gradient @ cannot take 'a' (4, 3) and 'images' (batch, 2, 5, 6): the "
                      "kernels must have four axes: output channel, input channel, row, column");
  refused<ShapeError>([&] { conv2d_input_gradient(kernels, images, 7, 8); },
                      "conv2d_input_gradient @ cannot take 'kernels' (3, 2, 3, 3) and 'images' (batch, 2, 5, "
                      "6): what flows back must have the shape (batch, 3, 5, 6) of the convolution");
  refused<ShapeError>([&] { conv2d_kernel_gradient(images, images, 3, 3); },
                      "conv2d_kernel_gradient @ cannot take 'images' (batch, 2, 5, 6) and 'images' (batch, "
                      "2, 5, 6): what flows back must have the shape (batch, 2, 3, 4) of the convolution");
}

BOOST_AUTO_TEST_CASE(of_pooling) {
  refused<ValueError>([&] { max_pool(images, 0); }, "max_pool @: the window must be at least 1, not 0");
  refused<ValueError>([&] { average_pool(images, 2, 0); },
                      "average_pool @: the stride must be at least 1, not 0");
  refused<ShapeError>([&] { max_pool(images, 6); },
                      "max_pool @ cannot take 'images' (batch, 2, 5, 6): the window reaches over 6 rows, but "
                      "the image has only 5: take a smaller window, or larger images");
  const std::string given = "'images' (batch, 2, 5, 6) and 'images' (batch, 2, 5, 6)";
  refused<ShapeError>([&] { max_pool_gradient(images, images, {}); },
                      "max_pool_gradient @ cannot take " + given +
                          ": what flows back must have the shape of the pooled images");
  refused<ShapeError>([&] { average_pool_gradient(images, 5, 6, {}); },
                      "average_pool_gradient @ cannot take 'images' (batch, 2, 5, 6): what flows back must "
                      "have the shape of the pooled images");
  refused<ShapeError>([&] { max_pool_select(images, x, {}); },
                      "max_pool_select @ cannot take 'images' (batch, 2, 5, 6) and 'x' (batch, 4): both must "
                      "have one shape");
}

BOOST_AUTO_TEST_CASE(of_blocks_of_examples) {
  refused<ShapeError>([&] { pack(a); }, "pack @ cannot take 'a' (4, 3): its first axis must be the batch");
  refused<ShapeError>([&] { unpack(images); },
                      "unpack @ cannot take 'images' (batch, 2, 5, 6): it must be in the blocked "
                      "layout");
  refused<ShapeError>(
      [&] {
        apply(BlockSum{{1}}, {images, s});
      },
      "block_sum @ cannot take 'images' (batch, 2, 5, 6) and 's' (): a value in the blocked layout and "
      "the number of examples");
  const Expr y = conv2d(images, kernels).named("y");
  refused<ShapeError>(
      [&] {
        apply(Conv2dBlockGradient{{}, 3, 3}, {images, y, s});
      },
      "conv2d_block_gradient @ cannot take 'images' (batch, 2, 5, 6) and 'y' (batch, 3, 3, "
      "4) and 's' (): images in the blocked layout and the number of examples");
}

BOOST_AUTO_TEST_CASE(of_rows) {
  refused<ShapeError>([&] { softmax(s); }, "softmax @ cannot take 's' (): it must have at least one axis");
  refused<ShapeError>([&] { log_softmax(column); },
                      "log_softmax @ cannot take 'column' (batch): it works along the last axis, which must "
                      "not be the batch");
  refused<ShapeError>([&] { one_hot(column, 0); },
                      "one_hot @ cannot take 'column' (batch): there must be at least 1 class, not 0");
  const Expr full = graph.parameter("full", {1, 1, 1, 1, 1, 1, 1, 1});
  refused<ShapeError>([&] { one_hot(full, 2); },
                      "one_hot @ cannot take 'full' (1, 1, 1, 1, 1, 1, 1, 1): there is no room for one more "
                      "axis");
}

BOOST_AUTO_TEST_CASE(of_layouts) {
  refused<GraphError>([&] { concatenate({}, 0); }, "concatenate @ was given no inputs");
  refused<ShapeError>(
      [&] {
        concatenate({a, v}, 0);
      },
      "concatenate @ cannot take 'a' (4, 3) and 'v' (3): all must have as many axes");
  refused<ShapeError>(
      [&] {
        concatenate({x, x}, 0);
      },
      "concatenate @ cannot take 'x' (batch, 4) and 'x' (batch, 4): the batch axis cannot be "
      "concatenated");
  refused<ShapeError>(
      [&] {
        concatenate({a, transpose(a).named("at")}, -1);
      },
      "concatenate @ cannot take 'a' (4, 3) and 'at' (3, 4): all axes but -1 must be equal");
  refused<ShapeError>([&] { slice(x, 0, 0, 1); },
                      "slice @ cannot take 'x' (batch, 4): the batch axis cannot be sliced");
  for (const auto& [begin, end] : {std::pair<Index, Index>{2, 2}, {-1, 2}, {3, 5}})
    refused<ShapeError>([&, first = begin, last = end] { slice(x, -1, first, last); },
                        "slice @ cannot take 'x' (batch, 4): [" + std::to_string(begin) + ", " +
                            std::to_string(end) + ") must be at least one entry within the 4 of axis -1");
  refused<ShapeError>([&] { flatten(a); },
                      "flatten @ takes examples along the first axis, but 'a' is (4, 3)");
  refused<ShapeError>([&] { transpose(v); },
                      "transpose @ cannot take 'v' (3): it must be a matrix, with two axes");
  refused<ShapeError>(
      [&] {
        broadcast_to(a, {4, 1});
      },
      "broadcast @ cannot take 'a' (4, 3): it cannot be broadcast to (4, 1)");
}

BOOST_AUTO_TEST_CASE(of_products) {
  refused<ShapeError>([&] { matmul(a, v); },
                      "matmul @ cannot take 'a' (4, 3) and 'v' (3): both must be matrices, with two axes");
  refused<ShapeError>(
      [&] {
        matmul(a, a, {true, true});
      },
      "matmul @ cannot take 'a' (4, 3) and 'a' (4, 3): the rows of the first, (4), must "
      "equal the columns of the second, (3)");
  refused<ShapeError>(
      [&] {
        product_update(a, v, a, a, {true, false});
      },
      "product_update @ cannot take 'a' (4, 3) and 'v' (3) and 'a' (4, 3) and 'a' (4, 3): W "
      "must have the shape of the product and s must be a scalar");
}

BOOST_AUTO_TEST_CASE(of_operands) {
  refused<GraphError>([] { add(1.0, 2.0); }, "add @ was given no inputs");
  refused<ShapeError>(
      [&] {
        apply(Maximum{}, {a, v});
      },
      "maximum @ cannot take 'a' (4, 3) and 'v' (3): both must have one shape");
  refused<ShapeError>(
      [&] {
        apply(Tanh{}, {a, v});
      },
      "tanh @ cannot take 'a' (4, 3) and 'v' (3): it takes 1 inputs, not 2");
  refused<ShapeError>(
      [&] {
        accumulate({a, v});
      },
      "accumulate @ cannot take 'a' (4, 3) and 'v' (3): all terms must have one shape");
  refused<ShapeError>([&] { when_training(a, v); },
                      "when_training @ cannot take 'a' (4, 3) and 'v' (3): both must have one shape");
}

BOOST_AUTO_TEST_CASE(of_dropout) {
  for (const double rate : {1.0, -0.5})
    refused<ValueError>([&] { dropout(x, rate); },
                        fmt::format("dropout @: the rate must be a number from 0 to below 1, not {}", rate));
  refused<ShapeError>(
      [&] {
        apply(DropoutMask{{batch, 4}, 0.5, 0}, {v});
      },
      "dropout_mask @ cannot take 'v' (3): it takes the graph's random_key()");
}

BOOST_AUTO_TEST_CASE(of_losses) {
  refused<ShapeError>([&] { squared_error(x, column); },
                      "squared_error @ cannot take 'x' (batch, 4) and 'column' (batch): both must have one "
                      "shape");
  refused<ShapeError>([&] { binary_cross_entropy(x, column); },
                      "binary_cross_entropy @ cannot take 'x' (batch, 4) and 'column' (batch): both must "
                      "have one shape");
  refused<GraphError>([] { l2_penalty({}, 0.1); }, "l2_penalty @ was given no weights");
  refused<GraphError>([] { l1_penalty({}, 0.1); }, "l1_penalty @ was given no weights");
}

BOOST_AUTO_TEST_CASE(of_normalisations) {
  const Expr four = graph.parameter("four", {4});
  refused<ShapeError>([&] { batch_statistics(a); },
                      "batch normalisation @ takes (batch, channels, …), but 'a' is (4, 3)");
  const BatchStatistics statistics = batch_statistics(x);
  refused<ShapeError>([&] { batch_norm(x, statistics, v, four); },
                      "batch normalisation @ of 'x' (batch, 4) needs one number for each channel, but 'v' "
                      "is (3)");
  refused<ShapeError>([&] { layer_norm(column, v, v); },
                      "layer normalisation @ takes (batch, n, …), but 'column' is (batch)");
  refused<ShapeError>([&] { layer_norm(x, four, v); },
                      "layer normalisation @ of 'x' (batch, 4) needs γ and β of the shape (4), but 'v' is "
                      "(3)");
}

BOOST_AUTO_TEST_CASE(of_derivatives) {
  const Expr loss = sum(square(v)).named("loss");
  refused<ShapeError>([&] { hessian_vector(loss, v, s); },
                      "the vector 's' () of a Hessian-vector product @ must have the shape of 'v' (3)");
  const Expr y = square(v).named("y");
  refused<ShapeError>([&] { vector_jacobian(y, s, {v}); },
                      "what flows back to 'y' (3) must have its shape, but 's' is ()");
}

BOOST_AUTO_TEST_CASE(of_jacobians) {
  const Expr y = square(x).named("y");
  refused<GraphError>([&] { jacobian((y + graph.parameter("b", {4})).named("z"), a); },
                      "'z' (batch, 4) has a batch axis and 'a' (4, 3) @ has none: a reverse pass would sum "
                      "the Jacobians of all examples. Declare the input with one example, as in {1, 784}");
  const Expr met = (x - mean(x, {0})).named("met");
  refused<GraphError>(
      [&] { jacobian(met, x); },
      "the Jacobian of 'met' (batch, 4) with respect to 'x' (batch, 4) @ has no block for each example, "
      "since examples meet between them: take it of a value before they meet, or feed one "
      "example declared as {1, …}");
  const Expr turned = transpose(x).named("turned");
  refused<ShapeError>([&] { jacobian(turned, x); },
                      "the batch axis of 'turned' (4, batch) @ must be its first for a Jacobian");
  const Expr lying = graph.input("lying", {4, batch});
  const Expr stood = transpose(lying).named("stood");
  refused<ShapeError>([&] { jacobian(stood, lying); },
                      "the batch axis of 'lying' (4, batch) @ must be its first for a Jacobian");
  const Expr many = graph.parameter("many", {4097});
  refused<ShapeError>([&] { jacobian(many, many); },
                      "'many' (4097) @ has 4097 elements, but a Jacobian takes a reverse pass for each, at "
                      "most 4096: take vector_jacobian(), or fewer of them with slice()");
}

BOOST_AUTO_TEST_SUITE_END()
