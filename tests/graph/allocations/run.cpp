// A compiled step takes no memory from the second run on: counted at malloc itself, under everything that
// asks. And what happens when an allocation fails.
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/tests/graph/allocations/counting.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <new>

using namespace gradus;

namespace {

template <class F>
int allocations_in(const F& f) {
  return test::count_allocations(f).all;
}

template <class F>
int news_in(const F& f, int failing = 0) {
  return test::count_allocations(f, failing).news;
}

/// Each allocation of f in turn fails, until none is left that could; returns their number.
template <class F>
int failures_in(const F& f) {
  for (int failing = 1;; ++failing) {
    bool failed = false;
    const int made = news_in(
        [&] {
          try {
            f();
          } catch (const std::bad_alloc&) {
            failed = true;
          }
        },
        failing);
    if (failed) continue;
    BOOST_TEST(made < failing);
    return failing - 1;
  }
}

/// A network with every kind of stage in its training step: products, reductions, rows, tiles, assignments.
struct Net {
  Graph graph;
  Expr x = graph.input("x", {batch, 40});
  Expr label = graph.input("label", {batch});
  Expr loss;
  Expr step;

  Net() {
    const Expr w = graph.parameter("w", {40, 30}, filled_with(0.01));
    const Expr b = graph.parameter("b", {30});
    const Expr v = graph.parameter("v", {30, 10}, filled_with(0.02));
    const Expr logits = matmul(sigmoid(matmul(x, w) + b), v);
    loss = mean(cross_entropy(softmax(logits), one_hot(label, 10))) + l2_penalty({w, v}, 1e-4);
    const Exprs parameters = graph.parameters();
    const Exprs gradient = gradients(loss, parameters);
    Exprs assignments;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const Expr velocity = graph.optimizer_state("velocity" + std::to_string(i), parameters[i].shape());
      const Expr next = 0.9 * velocity + gradient[i];
      assignments.push_back(assign(velocity, next));
      assignments.push_back(assign(parameters[i], parameters[i] - 0.1 * next));
    }
    step = train_step(loss, assignments);
  }
};

template <class Scalar>
class Training {
 public:
  void run(Index size) {
    const auto count = static_cast<std::size_t>(size);
    program_.run(state_,
                 {{net_.x, std::span(x_).first(count * 40)}, {net_.label, std::span(label_).first(count)}});
  }
  std::int64_t steps() const { return state_.step; }

 private:
  Net net_;
  Program<Scalar> program_ = compile<Scalar>(net_.graph, {net_.loss, net_.step}, test::up_to(16));
  State<Scalar> state_ = initialise<Scalar>(net_.graph, 1);
  std::vector<Scalar> x_ = std::vector<Scalar>(16 * 40, Scalar(0.5));
  std::vector<Scalar> label_ = std::vector<Scalar>(16, Scalar(3));
};

}  // namespace

BOOST_AUTO_TEST_CASE(counting_works) {
  // Volatile, since a compiler may leave out an allocation that nobody looks at.
  void* volatile kept = nullptr;
  BOOST_TEST(allocations_in([&] { kept = std::malloc(100); }) == 1);
  std::free(kept);
  BOOST_TEST(news_in([&] { kept = ::operator new(100); }) == 1);
  ::operator delete(kept);
  BOOST_TEST(allocations_in([] { const Buffer<float> buffer(1000); }) == 1);
  BOOST_TEST(news_in([] { const Buffer<float> buffer(1000); }) == 1);
}

BOOST_AUTO_TEST_CASE(a_step_in_double) {
  Training<double> training;
  training.run(16);
  BOOST_TEST(allocations_in([&] { training.run(16); }) == 0);
  // A ragged last batch, met for the first time, is no exception.
  BOOST_TEST(allocations_in([&] { training.run(5); }) == 0);
  for (Index size = 1; size <= 16; ++size) BOOST_TEST(allocations_in([&] { training.run(size); }) == 0, size);
  BOOST_TEST(training.steps() == 19);
}

BOOST_AUTO_TEST_CASE(a_step_in_float) {
  Training<float> training;
  for (Index size = 1; size <= 16; ++size) training.run(size);
  for (Index size = 16; size >= 1; --size) BOOST_TEST(news_in([&] { training.run(size); }) == 0, size);
}

BOOST_AUTO_TEST_CASE(a_step_on_images) {
  Graph graph;
  const Classifier model =
      classifier(graph,
                 "conv 6 5x5, batch-norm, relu, max 2, conv 20 3x3 1 1, average 2, relu, "
                 "flatten, dropout 0.3, dense 10",
                 ImageSize{16, 16});
  const Expr step = minimize(model.loss, Adam{});
  const Program<double> program = compile<double>(graph, {model.loss, step}, test::up_to(40));
  auto state = initialise<double>(graph, 1);
  const std::vector<double> images(40 * 256, 0.5), labels(40, 3);
  const auto run = [&](std::size_t size) {
    program.run(state, {{model.image, std::span(images).first(size * 256)},
                        {model.label, std::span(labels).first(size)}});
  };
  run(40);
  for (const std::size_t size : {40U, 17U, 16U, 40U})
    BOOST_TEST(allocations_in([&] { run(size); }) == 0, size);
}

BOOST_AUTO_TEST_CASE(a_state_that_moves_allocates_nothing) {
  const Net net;
  State<float> first = initialise<float>(net.graph, 1);
  State<float> second = initialise<float>(net.graph, 2);
  BOOST_TEST(news_in([&] {
               State<float> third = std::move(first);
               second = std::move(third);
             }) == 0);
  const Program<float> program = compile(net.graph, {net.loss}, test::up_to(1));
  const std::vector<float> x(40), label(1);
  BOOST_TEST(program.run(second, {{net.x, x}, {net.label, label}})[net.loss][0] > 0);
}

BOOST_AUTO_TEST_CASE(attributes_without_memory) {
  Graph graph;
  const Expr total = sum(graph.input("x", {3, 4}), {0});
  const std::string long_name(100, 'x');
  const std::vector<Attribute::Value> values{
      true, Index{1}, 0.5, long_name, std::vector<Index>{1, 2}, std::vector<double>{0.5, 1.5}, Shape{2, 3}};
  BOOST_TEST(failures_in([&] { static_cast<void>(total.op().attributes()); }) > 0);
  BOOST_TEST(failures_in([&] { static_cast<void>(std::vector(values)); }) == 4);
  BOOST_TEST(failures_in([&] {
               std::vector<Attribute::Value> assigned(values.size(), false);
               assigned = values;
               for (Attribute::Value& value : assigned) value = values.back();
               for (Attribute::Value& value : assigned) value = values[4];
             }) > 4);
  BOOST_TEST((std::vector(values) == values));
}
