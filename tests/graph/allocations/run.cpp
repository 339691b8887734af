// A compiled step takes no memory from the second run on: counted at malloc itself, under everything that
// asks.
#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/gradients.hpp>
#include <gradus/graph/program.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>

// The C library's own functions, behind the names that this program takes over.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* pointer, std::size_t size);
void* __libc_memalign(std::size_t boundary, std::size_t size);
}

namespace {

std::atomic<bool> counting{false};
std::atomic<int> allocations{0};

void note() {
  if (counting) ++allocations;
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) noexcept {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* pointer, std::size_t size) noexcept {
  note();
  return __libc_realloc(pointer, size);
}
void* memalign(std::size_t boundary, std::size_t size) noexcept {
  note();
  return __libc_memalign(boundary, size);
}
void* aligned_alloc(std::size_t boundary, std::size_t size) noexcept {
  note();
  return __libc_memalign(boundary, size);
}
int posix_memalign(void** pointer, std::size_t boundary, std::size_t size) noexcept {
  note();
  *pointer = __libc_memalign(boundary, size);
  return *pointer == nullptr ? ENOMEM : 0;
}
}

using namespace gradus;

namespace {

template <class F>
int allocations_in(const F& f) {
  allocations = 0;
  counting = true;
  f();
  counting = false;
  return allocations;
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
      const Expr velocity = graph.slot("velocity" + std::to_string(i), parameters[i].shape());
      const Expr next = 0.9 * velocity + gradient[i];
      assignments.push_back(assign(velocity, next));
      assignments.push_back(assign(parameters[i], parameters[i] - 0.1 * next));
    }
    step = train_step(loss, assignments);
  }
};

template <class Scalar>
void check_runs_allocate_nothing() {
  const Net net;
  const auto program = compile<Scalar>(net.graph, {net.loss, net.step}, test::up_to(16));
  auto state = initialise<Scalar>(net.graph, 1);
  const std::vector<Scalar> x(16 * 40, Scalar(0.5));
  const std::vector<Scalar> label(16, Scalar(3));
  double loss = 0;
  const auto run = [&](std::size_t size) {
    loss =
        program
            .run(state, {{net.x, std::span(x).first(size * 40)}, {net.label, std::span(label).first(size)}})
            .scalar(net.loss);
  };
  run(16);
  BOOST_TEST(allocations_in([&] { run(16); }) == 0);
  // A ragged last batch and what comes after it are no exception.
  BOOST_TEST(allocations_in([&] { run(5); }) == 0);
  BOOST_TEST(allocations_in([&] {
               for (std::size_t size = 1; size <= 16; ++size) run(size);
             }) == 0);
  BOOST_TEST(state.step == 19);
  BOOST_TEST(loss > 0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(counting_works) {
  // Volatile, since a compiler may leave out an allocation that nobody looks at.
  void* volatile kept = nullptr;
  BOOST_TEST(allocations_in([&] { kept = std::malloc(100); }) == 1);
  std::free(kept);
  BOOST_TEST(allocations_in([&] { kept = ::operator new(100); }) == 1);
  ::operator delete(kept);
  BOOST_TEST(allocations_in([] { const Buffer<float> buffer(1000); }) == 1);
}

BOOST_AUTO_TEST_CASE(a_step_in_float) { check_runs_allocate_nothing<float>(); }
BOOST_AUTO_TEST_CASE(a_step_in_double) { check_runs_allocate_nothing<double>(); }
