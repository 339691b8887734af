// Ops that run together as one function compute the bits they compute one by one.
#include <gradus/graph/compile/machine_code.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/nadam.hpp>
#include <gradus/tests/support/examples.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <set>

using namespace gradus;
using namespace gradus::test;

namespace {

bool writes_code() { return !machine_code_for().empty(); }

/// Equal bits, or NaN both.
template <class Scalar>
bool same(const Tensor<Scalar>& a, const Tensor<Scalar>& b) {
  if (a.extents() != b.extents()) return false;
  for (Index i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (std::memcmp(&a[i], &b[i], sizeof(Scalar)) != 0) return false;
  }
  return true;
}

Tensor<double> tensor(std::initializer_list<Index> sizes, const std::vector<double>& numbers) {
  Tensor<double> result{Extents(sizes)};
  std::ranges::copy(numbers, result.data());
  return result;
}

/// Every pair of numbers where an operation may go wrong, and some more.
template <class Scalar>
std::pair<std::vector<double>, std::vector<double>> pairs() {
  using Limits = std::numeric_limits<Scalar>;
  std::vector<double> all{0.0,
                          -0.0,
                          1.0,
                          -1.0,
                          1.0 / 3,
                          -2.5,
                          1e-3,
                          1e10,
                          Limits::infinity(),
                          -Limits::infinity(),
                          Limits::quiet_NaN(),
                          Limits::denorm_min(),
                          -Limits::denorm_min() * 5,
                          Limits::min(),
                          Limits::max(),
                          -Limits::max(),
                          Limits::epsilon()};
  for (int i = 0; i < 20; ++i) all.push_back(std::sin(i * i) * std::pow(10, i % 7 - 3));
  std::pair<std::vector<double>, std::vector<double>> result;
  for (const double a : all)
    for (const double b : all) {
      result.first.push_back(a);
      result.second.push_back(b);
    }
  return result;
}

/// The values with machine code and without.
template <class Scalar>
void compare(const Graph& graph, const Exprs& wanted, const std::vector<Point>& at, Index steps_at_least) {
  CompileOptions options;
  const Runner<Scalar> coded(graph, wanted, at, options);
  options.machine_code = false;
  BOOST_TEST(Runner<Scalar>(graph, wanted, at, options).program().steps_in_machine_code() == 0);
  BOOST_TEST(coded.program().steps_in_machine_code() >= (writes_code() ? steps_at_least : 0));
  const auto by_code = Runner<Scalar>(graph, wanted, at, {}).run();
  const auto by_ops = Runner<Scalar>(graph, wanted, at, options).run();
  for (std::size_t i = 0; i < wanted.size(); ++i) BOOST_TEST(same(by_code[i], by_ops[i]), wanted[i].name());
}

template <class Scalar>
void compare_each_op() {
  const auto [first, second] = pairs<Scalar>();
  const auto size = static_cast<Index>(first.size());
  Graph graph;
  const Expr a = graph.input("a", {batch, 1});
  const Expr b = graph.input("b", {batch, 1});
  const Exprs ops{a + b, a - b, a * b, a / b, square(a), sqrt(a), -a, relu(a), greater(a, b)};
  Exprs wanted = ops;
  for (const Expr& y : ops) wanted.push_back(y * b - relu(y));
  const std::vector<Point> at{{a, tensor({size, 1}, first)}, {b, tensor({size, 1}, second)}};
  compare<Scalar>(graph, wanted, at, 20);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(machine_code_)

BOOST_AUTO_TEST_CASE(every_instruction_gives_the_bits_of_its_op) {
  compare_each_op<float>();
  compare_each_op<double>();
}

BOOST_AUTO_TEST_CASE(an_op_that_says_an_instruction_is_among_those_compared) {
  std::set<std::string_view> names;
  for_each_case([&](const Built& built) {
    const Op& op = built.example.y.op();
    if (op.instruction() != Instruction::none) names.insert(op.name());
  });
  BOOST_TEST((names == std::set<std::string_view>{"add", "divide", "greater", "multiply", "negate", "relu",
                                                  "sqrt", "square", "subtract"}));
}

// 60 values that are all needed at the end, in 16 or 32 vector registers.
BOOST_AUTO_TEST_CASE(more_values_than_vector_registers) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 40});
  Exprs values{x};
  for (int i = 1; i < 60; ++i) values.push_back(values.back() * 0.9375 + x);
  Expr y = values.front();
  for (std::size_t i = values.size(); i-- > 1;) y = y / (square(values[i]) + 1.0) - values[i];
  std::vector<double> numbers;
  for (int i = 0; i < 3 * 40; ++i) numbers.push_back(std::sin(i));
  const std::vector<Point> at{{x, tensor({3, 40}, numbers)}};
  compare<float>(graph, {y}, at, 200);
  compare<double>(graph, {y}, at, 200);
}

// Twenty inputs and twenty results, where eleven addresses fit into registers.
BOOST_AUTO_TEST_CASE(more_places_in_memory_than_addresses) {
  Graph graph;
  Exprs inputs, wanted;
  std::vector<Point> at;
  for (int i = 0; i < 20; ++i) {
    inputs.push_back(graph.input("x" + std::to_string(i), {batch, 700}));
    std::vector<double> numbers;
    for (int j = 0; j < 2 * 700; ++j) numbers.push_back(std::cos(i + 1.3 * j));
    at.push_back({inputs.back(), tensor({2, 700}, numbers)});
  }
  Expr sum = inputs.front();
  for (int i = 0; i < 20; ++i) {
    sum = sum * 0.5 + inputs[static_cast<std::size_t>(19 - i)];
    wanted.push_back(sum);
  }
  compare<float>(graph, wanted, at, 10);
  compare<double>(graph, wanted, at, 10);
}

// Ops that are no instruction stand between those that are, and a bias is gathered for every tile.
BOOST_AUTO_TEST_CASE(among_other_ops) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 300});
  const Expr bias = graph.parameter("bias", {300}, filled_with(0.25));
  const Expr scale = graph.parameter("scale", {}, filled_with(0.75));
  const Expr a = (x + bias) * scale - square(x);
  const Expr y = (sigmoid(a) - a * scale) / (exp(-a) + bias) - scale;
  std::vector<double> numbers;
  for (int i = 0; i < 5 * 300; ++i) numbers.push_back(std::sin(0.7 * i));
  compare<float>(graph, {y}, {{x, tensor({5, 300}, numbers)}}, 4);
  compare<double>(graph, {y}, {{x, tensor({5, 300}, numbers)}}, 4);
}

BOOST_AUTO_TEST_CASE(a_training_step_is_the_same_to_the_bit_for_any_number_of_threads) {
  const auto states = [](bool coded, int threads) {
    Graph graph;
    const Expr w = graph.parameter("w", {50, 41}, filled_with(0.01));
    const Expr x = graph.input("x", {batch, 50});
    const Expr step = minimize(mean(square(matmul(x, w) - 1.0)), Nadam{.learning_rate = 0.01});
    CompileOptions options;
    options.machine_code = coded;
    options.threads = threads;
    const auto program = compile<float>(graph, {step}, options);
    BOOST_TEST((program.steps_in_machine_code() >= 15) == (coded && writes_code()));
    auto state = initialise<float>(graph, 1);
    std::vector<float> numbers;
    for (int i = 0; i < 8 * 50; ++i) numbers.push_back(std::sin(0.3F * static_cast<float>(i)));
    for (int i = 0; i < 5; ++i) program.run(state, {{x, numbers}});
    return state;
  };
  const auto expected = states(false, 1);
  for (const int threads : {1, 3}) {
    const auto state = states(true, threads);
    for (const Variable& variable : expected.variables())
      BOOST_TEST(std::ranges::equal(state[variable.name].span(), expected[variable.name].span()),
                 variable.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
