#include "problem.hpp"

#include <gradus/base/error.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <numbers>

using namespace gradus;

namespace {

/// The factors for t = 0 … count − 1, out of a compiled program that reads the step counter.
template <class Scalar>
Numbers factors(const Schedule& schedule, int count) {
  Graph graph;
  const Expr factor = 1.0 * schedule.factor(graph.step());
  const auto program = compile<Scalar>(graph, {factor});
  auto state = initialise<Scalar>(graph, 1);
  Numbers result;
  for (state.step = 0; state.step < count; ++state.step)
    result.push_back(program.run(state, {}).scalar(factor));
  return result;
}

/// Compares a schedule with its closed form for t = 0 … 2999, in double and in float.
void check_schedule(const Schedule& schedule, const std::function<double(int t)>& closed_form) {
  constexpr int count = 3000;
  Numbers expected;
  for (int t = 0; t < count; ++t) expected.push_back(closed_form(t));
  const Numbers in_double = factors<double>(schedule, count);
  const Numbers in_float = factors<float>(schedule, count);
  for (std::size_t t = 0; t < count; ++t) {
    BOOST_TEST_CONTEXT(schedule.name << " at t = " << t) {
      BOOST_REQUIRE_SMALL(in_double[t] - expected[t], update_tolerance);
      // A logarithm's rounding in float, times as many factors as are worth looking at.
      BOOST_REQUIRE_SMALL(in_float[t] - expected[t], 1e-6);
    }
  }
}

double cosine(int t, double total, double least) {
  return t >= total ? least : least + (1 - least) * (1 + std::cos(std::numbers::pi * t / total)) / 2;
}

double warm_up(int t, int updates) { return t + 1 >= updates ? 1.0 : (t + 1.0) / updates; }

/// The parameter after each of `count` updates of ½ w by SGD from 0, where the gradient is ½.
Numbers descent(const Hyper& learning_rate, int count) {
  Graph graph;
  const Expr w = graph.parameter("w", {});
  const auto program = compile<double>(graph, {minimize(0.5 * w, Sgd{.learning_rate = learning_rate})});
  auto state = initialise<double>(graph, 1);
  Numbers result;
  for (int t = 0; t < count; ++t) {
    program.run(state, {});
    result.push_back(state["w"][0]);
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(constant_is_one) {
  check_schedule(constant_schedule(), [](int) { return 1.0; });
}

BOOST_AUTO_TEST_CASE(step_drops_exactly_after_every_so_many_updates) {
  // Multiples of 49 times 1/49 come out below the whole number: the quotient has to be a quotient.
  for (const int every : {1, 2, 7, 41, 49, 1000})
    check_schedule(step_schedule(every, 0.9), [=](int t) { return std::pow(0.9, t / every); });
  check_schedule(step_schedule(2.5, 0.99), [](int t) { return std::pow(0.99, std::floor(t / 2.5)); });
}

BOOST_AUTO_TEST_CASE(exponential_decays_smoothly) {
  check_schedule(exponential_schedule(100, 0.5), [](int t) { return std::pow(0.5, t / 100.0); });
  check_schedule(exponential_schedule(1, 0.999), [](int t) { return std::pow(0.999, t); });
}

BOOST_AUTO_TEST_CASE(cosine_falls_to_the_least_and_stays_there) {
  check_schedule(cosine_schedule(1000), [](int t) { return cosine(t, 1000, 0); });
  check_schedule(cosine_schedule(777, 0.1), [](int t) { return cosine(t, 777, 0.1); });
  check_schedule(cosine_schedule(10, 1), [](int) { return 1.0; });
}

BOOST_AUTO_TEST_CASE(warm_up_rises_to_one) {
  check_schedule(warm_up_schedule(1), [](int) { return 1.0; });
  check_schedule(warm_up_schedule(300), [](int t) { return warm_up(t, 300); });
}

BOOST_AUTO_TEST_CASE(product_of_schedules) {
  check_schedule(warm_up_schedule(50) * cosine_schedule(500, 0.2) * step_schedule(100, 0.5),
                 [](int t) { return warm_up(t, 50) * cosine(t, 500, 0.2) * std::pow(0.5, t / 100); });
}

BOOST_AUTO_TEST_CASE(schedules_from_text) {
  check_schedule(parse_schedule("constant", 100), [](int) { return 1.0; });
  check_schedule(parse_schedule("step:30:0.5", 100), [](int t) { return std::pow(0.5, t / 30); });
  check_schedule(parse_schedule("exponential:1e2:.5", 100), [](int t) { return std::pow(0.5, t / 100.0); });
  check_schedule(parse_schedule("cosine", 600), [](int t) { return cosine(t, 600, 0); });
  check_schedule(parse_schedule("cosine:200", 600), [](int t) { return cosine(t, 200, 0); });
  check_schedule(parse_schedule("cosine:200:0.25", 600), [](int t) { return cosine(t, 200, 0.25); });
  check_schedule(parse_schedule("warm-up:20", 100), [](int t) { return warm_up(t, 20); });
  check_schedule(parse_schedule("warm-up:20+cosine+step:100:0.5", 400),
                 [](int t) { return warm_up(t, 20) * cosine(t, 400, 0) * std::pow(0.5, t / 100); });
}

BOOST_AUTO_TEST_CASE(a_product_of_many_is_as_quick_for_each_as_one_of_few) {
  std::string text = "constant";
  for (int i = 0; i < 100'000; ++i) text += "+constant";
  const Schedule schedule = parse_schedule(text, 100);
  BOOST_TEST((schedule.name == text));
  BOOST_TEST(factors<double>(schedule, 1)[0] == 1.0);
}

BOOST_AUTO_TEST_CASE(a_name_reads_back_as_the_schedule) {
  for (const std::string text : {"constant", "step:30:0.5", "exponential:100:0.25", "cosine:total=600",
                                 "warm-up:20", "warm-up:20+cosine:total=200:min=0.25+step:100:0.5"}) {
    const Schedule schedule = parse_schedule(text, 1);
    BOOST_TEST(schedule.name == text);
    BOOST_TEST((factors<double>(parse_schedule(schedule.name, 1), 300) == factors<double>(schedule, 300)));
  }
}

BOOST_AUTO_TEST_CASE(a_parameter_is_read_by_its_old_name_too) {
  BOOST_TEST(parse_schedule("cosine:20:least=0.25", 1).name == "cosine:total=20:min=0.25");
  BOOST_CHECK_EXCEPTION(parse_schedule("cosine:20:least=0.25:min=0.5", 1), ValueError,
                        says("the schedule cosine is given min twice"));
}

BOOST_AUTO_TEST_CASE(mistakes_in_text) {
  const auto refuses = [](const std::string& text, const std::string& message) {
    BOOST_CHECK_EXCEPTION(parse_schedule(text, 100), ValueError, says(message));
  };
  const auto unknown = [](const std::string& text, const std::string& message) {
    BOOST_CHECK_EXCEPTION(parse_schedule(text, 100), NameError, says(message));
  };
  const std::string known = " Known: constant, step, exponential, cosine, warm-up.";
  unknown("cosin", "unknown schedule 'cosin'; did you mean 'cosine'?" + known);
  unknown("warmup:10", "unknown schedule 'warmup'; did you mean 'warm-up'?" + known);
  unknown("", "unknown schedule ''." + known);
  unknown("cosine+", "unknown schedule ''." + known);
  refuses("constant:1", "the schedule constant takes no number");
  refuses("step", "the schedule step needs every, as in step:EVERY:GAMMA");
  refuses("cosine+step:10", "the schedule step needs gamma, as in step:EVERY:GAMMA");
  refuses("exponential:1:2:3", "the schedule exponential takes every, gamma and nothing more");
  refuses("cosine:1:0:3", "the schedule cosine takes total, min and nothing more");
  refuses("warm-up", "the schedule warm-up needs updates, as in warm-up:UPDATES");
  const auto above = [](const char* parameter, const char* number) {
    return fmt::format("{} must be a number above 0, not '{}'", parameter, number);
  };
  refuses("step:ten:0.5", above("every of the schedule step", "ten"));
  refuses("step:10:0.5x", above("gamma of the schedule step", "0.5x"));
  refuses("warm-up:", above("updates of the schedule warm-up", ""));
  refuses("step:0:0.5", above("every of the schedule step", "0"));
  refuses("step:nan:0.5", above("every of the schedule step", "nan"));
  refuses("step:10:-1", above("gamma of the schedule step", "-1"));
  refuses("exponential:inf:0.5", above("every of the schedule exponential", "inf"));
  refuses("exponential:5:0", above("gamma of the schedule exponential", "0"));
  refuses("cosine:-5", above("total of the schedule cosine", "-5"));
  refuses("cosine:inf", above("total of the schedule cosine", "inf"));
  refuses("cosine:5:2", "min of the schedule cosine must be a number from 0 to 1, not '2'");
  refuses("cosine:5:min=nan", "min of the schedule cosine must be a number from 0 to 1, not 'nan'");
  refuses("warm-up:0", above("updates of the schedule warm-up", "0"));
  BOOST_CHECK_EXCEPTION(parse_schedule("cosine", 0), ValueError,
                        says("total of the schedule cosine must be a number above 0, not 0"));
}

BOOST_AUTO_TEST_CASE(what_spans_the_run) {
  for (const char* text : {"cosine", "warm-up:5+cosine", "cosine+warm-up:5", "cosine:min=0.1"})
    BOOST_TEST(spans_run(text), text);
  for (const char* text : {"constant", "warm-up:5+cosine:100", "cosine:total=9", "step:5:0.5"})
    BOOST_TEST(!spans_run(text), text);
}

BOOST_AUTO_TEST_CASE(mistakes_in_numbers) {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    BOOST_CHECK_THROW(step_schedule(bad, 0.5), ValueError);
    BOOST_CHECK_THROW(step_schedule(5, bad), ValueError);
    BOOST_CHECK_THROW(exponential_schedule(bad, 0.5), ValueError);
    BOOST_CHECK_THROW(exponential_schedule(5, bad), ValueError);
    BOOST_CHECK_THROW(cosine_schedule(bad), ValueError);
    BOOST_CHECK_THROW(warm_up_schedule(bad), ValueError);
  }
}

BOOST_AUTO_TEST_CASE(a_compiled_step_follows_its_schedule) {
  const Numbers got = descent({0.5, warm_up_schedule(4) * step_schedule(10, 0.1)}, 30);
  double w = 0;
  for (int t = 0; t < 30; ++t) {
    w -= 0.5 * 0.5 * warm_up(t, 4) * std::pow(0.1, t / 10);
    BOOST_TEST_CONTEXT("t = " << t) check_close({got[static_cast<std::size_t>(t)]}, {w}, update_tolerance);
  }
}

BOOST_AUTO_TEST_CASE(any_hyper_parameter_may_follow_a_schedule) {
  // β₁ = 0.9 · ½^t, beginning with 0.9; the correction 1 − β₁ᵗ takes the β₁ of its update, as m does.
  Graph graph;
  const Expr w = graph.parameter("w", {}, filled_with(1));
  const auto program = compile<double>(
      graph, {minimize(0.5 * square(w), Adam{.learning_rate = 0.1, .beta1 = {0.9, step_schedule(1, 0.5)}})});
  auto state = initialise<double>(graph, 1);
  double expected = 1;
  double m = 0;
  double s = 0;
  for (int t = 1; t <= 8; ++t) {
    const double beta1 = 0.9 * std::pow(0.5, t - 1);
    m = beta1 * m + (1 - beta1) * expected;
    s = 0.999 * s + 0.001 * expected * expected;
    expected -= 0.1 * m / (1 - std::pow(beta1, t)) / (std::sqrt(s / (1 - std::pow(0.999, t))) + 1e-8);
    program.run(state, {});
    check_close({state["w"][0]}, {expected}, update_tolerance);
  }
}

BOOST_AUTO_TEST_CASE(a_hyper_parameter_is_set_between_steps) {
  Graph graph;
  const Expr w = graph.parameter("w", {});
  const auto program =
      compile<double>(graph, {minimize(0.5 * w, Sgd{.learning_rate = {1.0, exponential_schedule(1, 0.5)}})});
  auto state = initialise<double>(graph, 1);
  auto other = state;
  program.run(state, {});
  check_close({state["w"][0]}, {-0.5}, update_tolerance);
  state.set("learning_rate", 10);
  program.run(state, {});
  check_close({state["w"][0]}, {-0.5 - 10 * 0.5 * 0.5}, update_tolerance);
  state.set("learning_rate", 0);
  program.run(state, {});
  check_close({state["w"][0]}, {-3.0}, update_tolerance);
  // A setting belongs to its state alone.
  program.run(other, {});
  check_close({other["w"][0]}, {-0.5}, update_tolerance);
}

BOOST_AUTO_TEST_CASE(a_hyper_parameter_is_finite) {
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL})
    test::check_refused<ValueError>([=] { Hyper{bad}; },
                                    fmt::format("a hyper-parameter must be a finite number, not {}", bad));
}

BOOST_AUTO_TEST_SUITE_END()
