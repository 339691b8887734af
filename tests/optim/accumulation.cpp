#include "problem.hpp"

#include <gradus/base/error.hpp>
#include <gradus/ops/losses.hpp>
#include <gradus/ops/matmul.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/momentum.hpp>
#include <gradus/optim/rules/sgd.hpp>

#include <map>
#include <numeric>

using namespace gradus;

namespace {

/// One layer, tanh(x w + b) against y: 3 inputs, 2 outputs.
struct Regression {
  explicit Regression(Reduction reduction) {
    const Expr error = squared_error(tanh(matmul(x, w) + b), y);
    loss = reduction == Reduction::mean ? mean(error) : sum(error);
  }

  Graph graph;
  Expr unused = graph.input("unused", {batch, 5});
  Expr x = graph.input("x", {batch, 3});
  Expr y = graph.input("y", {batch, 2});
  Expr w = graph.parameter("w", {3, 2}, given({0.4, -0.3, 0.2, 0.9, -0.6, 0.1}));
  Expr b = graph.parameter("b", {2}, given({0.1, -0.2}));
  Expr loss;
};

/// Example number i: inputs, then targets.
Numbers inputs_of(int i) { return {std::sin(1.3 * i), std::cos(0.7 * i), std::sin(0.2 * i * i)}; }
Numbers targets_of(int i) { return {0.5 * std::cos(1.1 * i), 0.8 * std::sin(2.3 * i)}; }

/// The batches of one update, by their sizes.
using Update = std::vector<int>;

/// All variables, by name.
using Values = std::map<std::string, Numbers>;

struct Training {
  Reduction reduction = Reduction::mean;
  double penalty = 0;
  std::optional<double> clip_norm = {};
};

/// The variables after each update, examples being taken in order. Updates of fewer batches than `accumulate`
/// are flushed.
std::vector<Values> train(const UpdateRule& rule, const Training& training, int accumulate,
                          const std::vector<Update>& updates) {
  Regression model(training.reduction);
  MinimizeOptions options;
  if (training.penalty > 0) options.penalty = l2_penalty({model.w}, training.penalty);
  options.clip_norm = training.clip_norm;
  options.accumulate = accumulate;
  options.reduction = training.reduction;
  const auto program = compile<double>(model.graph, {minimize(model.loss, rule, options)});
  auto state = initialise<double>(model.graph, 1);
  int next = 0;
  std::vector<Values> result;
  for (const Update& update : updates) {
    for (std::size_t part = 0; part < update.size(); ++part) {
      Numbers x;
      Numbers y;
      for (int i = 0; i < update[part]; ++i, ++next) {
        x = joined(std::move(x), inputs_of(next));
        y = joined(std::move(y), targets_of(next));
      }
      const bool last = part + 1 == update.size();
      if (accumulate > 1)
        state.set("accumulate/flush", last && update.size() < static_cast<std::size_t>(accumulate) ? 1 : 0);
      program.run(state, {{model.x, x}, {model.y, y}});
    }
    Values values;
    for (const Variable& variable : state.variables()) values[variable.name] = numbers(state[variable.name]);
    result.push_back(std::move(values));
  }
  return result;
}

/// The same updates with all the examples of each in one batch.
std::vector<Values> train_whole(const UpdateRule& rule, const Training& training,
                                const std::vector<Update>& updates) {
  std::vector<Update> whole;
  for (const Update& update : updates) whole.push_back({std::accumulate(update.begin(), update.end(), 0)});
  return train(rule, training, 1, whole);
}

/// Everything that whole batches leave in the state, parts leave too: to rounding of the largest element.
void check_same(const std::vector<Values>& parts, const std::vector<Values>& whole) {
  BOOST_REQUIRE_EQUAL(parts.size(), whole.size());
  for (std::size_t t = 0; t < whole.size(); ++t) {
    for (const auto& [name, expected] : whole[t]) {
      const Numbers& got = parts[t].at(name);
      double largest = 0;
      for (const double value : expected) largest = std::max(largest, std::abs(value));
      for (std::size_t i = 0; i < expected.size(); ++i)
        BOOST_TEST(
            std::abs(got[i] - expected[i]) <= update_tolerance * largest,
            "update " << t + 1 << ", " << name << '[' << i << "]: " << got[i] << " is not " << expected[i]);
    }
  }
}

const std::vector<Update> even{{4, 4, 4}, {4, 4, 4}, {4, 4, 4}, {4, 4, 4}, {4, 4, 4}};
const std::vector<Update> ragged{{5, 5, 2}, {1, 7, 3}, {6, 6, 1}, {2, 2, 2}};
const std::vector<Update> flushed{{4, 4, 4}, {4, 3}, {4, 4, 4}, {5}, {4, 4, 1}};

}  // namespace

BOOST_AUTO_TEST_SUITE(accumulation)

BOOST_AUTO_TEST_CASE(parts_give_the_update_of_the_whole_for_every_rule) {
  for (const RegisteredRule& registered : registered_rules())
    for (const Reduction reduction : {Reduction::mean, Reduction::sum})
      for (const auto& updates : {even, ragged, flushed}) {
        const UpdateRule rule = registered.make({{"learning_rate", 0.02}});
        BOOST_TEST_CONTEXT(rule.name() << (reduction == Reduction::mean ? ", mean" : ", sum")) {
          const Training training{.reduction = reduction};
          check_same(train(rule, training, 3, updates), train_whole(rule, training, updates));
        }
      }
}

BOOST_AUTO_TEST_CASE(a_penalty_counts_once_for_each_update) {
  for (const Reduction reduction : {Reduction::mean, Reduction::sum})
    for (const auto& updates : {even, ragged, flushed})
      for (const UpdateRule& rule : {UpdateRule(Momentum{}), UpdateRule(Adam{.learning_rate = 0.05})}) {
        const Training training{.reduction = reduction, .penalty = 0.3};
        const auto whole = train_whole(rule, training, updates);
        check_same(train(rule, training, 3, updates), whole);
        // It counts at all.
        BOOST_TEST(train_whole(rule, {.reduction = reduction}, updates).back().at("w")[0] !=
                   whole.back().at("w")[0]);
      }
}

BOOST_AUTO_TEST_CASE(clipping_sees_the_accumulated_gradient) {
  for (const Reduction reduction : {Reduction::mean, Reduction::sum})
    for (const auto& updates : {even, ragged, flushed}) {
      const Training training{.reduction = reduction, .penalty = 0.1, .clip_norm = 0.3};
      const UpdateRule rule = Momentum{};
      check_same(train(rule, training, 3, updates), train_whole(rule, training, updates));
    }
}

BOOST_AUTO_TEST_CASE(schedules_count_updates_and_not_batches) {
  const UpdateRule rule = Sgd{.learning_rate = {0.5, step_schedule(2, 0.1)}};
  check_same(train(rule, {}, 3, even), train_whole(rule, {}, even));
  check_same(train(rule, {}, 3, flushed), train_whole(rule, {}, flushed));
}

BOOST_AUTO_TEST_CASE(other_numbers_of_batches) {
  const UpdateRule rule = Adam{};
  const std::vector<Update> pairs{{3, 4}, {1, 1}, {8, 2}};
  check_same(train(rule, {}, 2, pairs), train_whole(rule, {}, pairs));
  const std::vector<Update> nines{{1, 1, 1, 1, 1, 1, 1, 1, 1}, {2, 1, 2, 1, 2, 1, 2, 1, 2}};
  check_same(train(rule, {}, 9, nines), train_whole(rule, {}, nines));
}

BOOST_AUTO_TEST_CASE(nothing_changes_before_the_last_batch) {
  Regression model(Reduction::mean);
  MinimizeOptions options;
  options.accumulate = 3;
  const auto program = compile<double>(model.graph, {minimize(model.loss, Adam{}, options)});
  auto state = initialise<double>(model.graph, 1);
  const auto run = [&] {
    program.run(state, {{model.x, inputs_of(1)}, {model.y, targets_of(1)}});
    return numbers(state["w"]);
  };
  const Numbers before = numbers(state["w"]);
  BOOST_TEST(run() == before);
  BOOST_TEST(run() == before);
  BOOST_TEST(numbers(state["w/first_moment"]) == Numbers(6, 0.0));
  BOOST_TEST(state["accumulate/batches"][0] == 2);
  BOOST_TEST(state["accumulate/examples"][0] == 2);
  const Numbers after = run();
  for (std::size_t i = 0; i < 6; ++i) BOOST_TEST(after[i] != before[i]);
  BOOST_TEST(state["accumulate/batches"][0] == 0);
  BOOST_TEST(state["accumulate/examples"][0] == 0);
  BOOST_TEST(state["accumulate/updates"][0] == 1);
  BOOST_TEST(numbers(state["accumulate/w/gradient"]) == Numbers(6, 0.0));
  BOOST_TEST(state.step == 3);
}

BOOST_AUTO_TEST_CASE(a_mean_over_no_batch_cannot_be_accumulated) {
  Graph graph;
  graph.input("not part of the loss", {batch});
  const Expr w = graph.parameter("w", {2});
  const Expr loss = mean(square(w)).named("loss");
  MinimizeOptions options;
  options.accumulate = 2;
  const auto attempt = [&] { minimize(loss, Sgd{}, options); };
  const int line = __LINE__ - 1;
  BOOST_CHECK_EXCEPTION(
      attempt(), GraphError,
      says("'loss' (accumulation.cpp:" + std::to_string(line) +
           ") depends on no input with a batch axis, so the examples of accumulated batches "
           "cannot be counted: accumulate with Reduction::sum, or not at all"));
}

BOOST_AUTO_TEST_SUITE_END()
