// No training step leaves a number in the state that is not finite: it is refused first, or says what it did.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace gradus;
using namespace gradus::test;

namespace {

/// y = x, and a derivative that divides by zero where x is zero.
struct Steep {
  static constexpr Description description{"steep", "x", "x"};
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 1;
  Shape infer(std::span<const Shape> inputs) const { return inputs[0]; }
  Expr vjp(const Expr& y, const Expr& ybar) const { return ybar * (y.input(0) / y.input(0)); }
  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    y = x;
  }
};

/// A network that takes x = 1 and not x = `bad`: its loss stays finite, what flows back does not.
struct Planted {
  std::string name;
  std::function<Expr(Expr x)> loss;
  double bad = 0;
  Index width = 4;
};

std::vector<Planted> planted() {
  const auto weights = [](Expr x, const std::string& name, Shape shape) {
    return x.graph().parameter(name, shape, filled_with(2));
  };
  return {
      {"a product of factors",
       [=](Expr x) {
         const Expr h = tanh(matmul(x, weights(x, "first", {200, 200})) + weights(x, "bias", {200}) * x);
         return mean(sqrt(matmul(h, weights(x, "second", {200, 3}))));
       },
       0, 200},
      {"an elementwise gradient", [=](Expr x) { return mean(sqrt(x * weights(x, "w", {4}))); }},
      {"an own op", [=](Expr x) { return mean(apply(Steep{}, {x * weights(x, "w", {4})})); }},
      {"a gradient's gradient",
       [=](Expr x) {
         const Expr w = weights(x, "w", {4});
         const Expr y = sum(tanh(x * w));
         return y + sum(square(gradients(y, {w})[0])) + mean(sqrt(x * w));
       }},
      {"a running variance",
       [=](Expr x) { return mean(square(batch_norm(x, "norm") * weights(x, "w", {4}))); }, 1e200},
  };
}

template <class Scalar>
std::vector<Tensor<Scalar>> values(const State<Scalar>& state) {
  std::vector<Tensor<Scalar>> result;
  for (const Variable& variable : state.variables()) {
    const auto view = state[variable.name];
    result.emplace_back(view.extents);
    std::ranges::copy(view.span(), result.back().data());
  }
  return result;
}

template <class Scalar>
bool same_values(const State<Scalar>& state, const std::vector<Tensor<Scalar>>& before) {
  const auto now = values(state);
  return std::ranges::equal(now, before, [](const auto& a, const auto& b) { return same_bits(a, b); });
}

/// w ← w / (g − g): no rule at all.
struct Breaking {
  static constexpr PartDescription description{"breaking", "w / (g − g)"};
  static void update(Slots& slots, Expr w, Expr g) { slots.assign(w, w / (g - g)); }
};

/// Two good steps, one that is refused, and one more good one.
template <class Scalar>
void refuses(const Planted& net, const UpdateRule& rule, const MinimizeOptions& how,
             const CompileOptions& options) {
  BOOST_TEST_CONTEXT(net.name << ", " << rule.name() << (options.passes ? "" : ", no passes") << ", "
                              << options.threads << " threads, " << sizeof(Scalar) << " bytes") {
    Graph g;
    const Expr x = g.input("x", {batch, net.width});
    const Expr loss = net.loss(x).named("loss");
    const auto program = compile<Scalar>(g, {loss, minimize(loss, rule, how)}, options);
    auto state = initialise<Scalar>(g, 1);
    const auto size = static_cast<std::size_t>(3 * net.width);
    const std::vector<Scalar> good(size, 1);
    std::vector<Scalar> bad(size, 1);
    std::fill_n(bad.begin() + net.width, net.width,
                static_cast<Scalar>(std::min(net.bad, sizeof(Scalar) == 4 ? 1e30 : 1e200)));
    program.run(state, {{x, good}});
    program.run(state, {{x, good}});
    const auto before = values(state);
    const std::string message = message_of<NumericError>([&] { program.run(state, {{x, bad}}); });
    BOOST_TEST(message.starts_with("the updates at step 2 would not be finite, though the loss 'loss' is "),
               message);
    BOOST_TEST(message.find("The first node to go bad is '") != std::string::npos, message);
    BOOST_TEST(message.ends_with("the state is as it was before this step"), message);
    if (net.bad == 0) BOOST_TEST(message.find("it is not the learning rate") != std::string::npos, message);
    BOOST_TEST(same_values(state, before));
    BOOST_TEST(state.step == 2);
    program.run(state, {{x, good}});
    BOOST_TEST(!same_values(state, before));
  }
}

void refuses_everywhere(const Planted& net, const UpdateRule& rule, const MinimizeOptions& how) {
  for (const int threads : {1, 3})
    for (const bool passes : {true, false}) {
      CompileOptions options;
      options.threads = threads;
      options.passes = passes;
      refuses<float>(net, rule, how, options);
      refuses<double>(net, rule, how, options);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(finite_check)

BOOST_AUTO_TEST_CASE(every_rule_refuses_what_is_not_finite) {
  for (const Planted& net : planted())
    for (const RegisteredRule& rule : registered_rules()) refuses_everywhere(net, rule.make({}), {});
}

BOOST_AUTO_TEST_CASE(so_do_steps_of_several_batches_and_clipped_ones) {
  MinimizeOptions accumulated;
  accumulated.accumulate = 2;
  MinimizeOptions by_norm;
  by_norm.clip_norm = 1;
  MinimizeOptions by_value;
  by_value.clip_value = 1;
  for (const Planted& net : planted())
    for (const MinimizeOptions& how : {accumulated, by_norm, by_value}) {
      refuses_everywhere(net, Sgd{.learning_rate = 0.01}, how);
      refuses_everywhere(net, Adam{}, how);
    }
}

BOOST_AUTO_TEST_CASE(an_update_that_overflows_is_withdrawn) {
  const auto check = [](Index rows, const UpdateRule& rule, double x_value) {
    Graph g;
    const Expr x = g.input("x", {batch, rows});
    const Expr w = g.parameter("w", {rows, 3}, filled_with(0.5));
    const Expr loss = mean(matmul(x, w) + g.parameter("b", {3})).named("loss");
    const auto program = compile<float>(g, {loss, minimize(loss, rule)});
    auto state = initialise<float>(g, 1);
    const auto before = values(state);
    const std::vector<float> fed(static_cast<std::size_t>(2 * rows), static_cast<float>(x_value));
    const std::string message = message_of<NumericError>([&] { program.run(state, {{x, fed}}); });
    BOOST_TEST(message.starts_with("the update of '"), message);
    BOOST_TEST(
        message.find("at step 0 overflows, though what it reads is finite. Try a smaller learning rate") !=
            std::string::npos,
        message);
    BOOST_TEST(message.ends_with("the state is as it was before this step"), message);
    BOOST_TEST(same_values(state, before));
    BOOST_TEST(state.step == 0);
    program.run(state, {{x, std::vector<float>(static_cast<std::size_t>(2 * rows), 1e-3F)}});
  };
  check(4, Sgd{.learning_rate = 1e38}, 1e3);    // W − s A B
  check(4, Adam{.learning_rate = 1e-3}, 1e30);  // the square of a gradient
}

BOOST_AUTO_TEST_CASE(large_numbers_that_do_not_overflow_are_accepted) {
  Graph g;
  const Expr x = g.input("x", {batch, 4});
  const Expr loss = mean(matmul(x, g.parameter("w", {4, 3}, filled_with(0.5))));
  const auto program = compile<float>(g, {loss, minimize(loss, Sgd{.learning_rate = 1e-10})});
  auto state = initialise<float>(g, 1);
  program.run(state, {{x, std::vector<float>(8, 1e9F)}});
  BOOST_TEST(state.step == 1);
  BOOST_TEST(state["w"][0] == 0.5F - 1e-10F * 1e9F / 3, boost::test_tools::tolerance(1e-6F));
}

BOOST_AUTO_TEST_CASE(a_rule_that_breaks_the_state_says_so_and_the_state_is_refused) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const Expr w = g.parameter("w", {3}, filled_with(2));
  const Expr loss = (mean(x) * sum(square(w))).named("loss");
  const auto program = compile<double>(g, {loss, minimize(loss, Breaking{})});
  auto state = initialise<double>(g, 1);
  const std::vector<double> fed{1, 2};
  check_refused<NumericError>(
      [&] {
        program.run(state, {{x, fed}});
      },
      "the update at step 0 has made 'w' (infinite at position 0 of 3) not finite, though what it reads is "
      "finite. It has assigned 'w': the state is not as it was before this step, and is refused until all "
      "its "
      "values are finite. Restore it from a checkpoint or a copy");
  BOOST_TEST(state.step == 0);
  const State<double> copy = state;
  for (State<double> damaged : {copy, state}) {
    const auto loss_alone = compile<double>(g, {loss});
    check_refused<NumericError>(
        [&] {
          loss_alone.run(damaged, {{x, fed}});
        },
        "the update that was refused last has left 'w' (infinite at position 0 of 3) in the state: restore "
        "it "
        "from a checkpoint or a copy");
    std::ranges::fill(damaged[w].span(), 1.0);
    BOOST_TEST(loss_alone.run(damaged, {{x, fed}}).scalar(loss) == 4.5);
  }
}

BOOST_AUTO_TEST_SUITE_END()
