#include <gradus/sweep/importance.hpp>
#include <gradus/sweep/plan.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/sweep/table.hpp>

#include <algorithm>
#include <cmath>
#include <map>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Of made-up.csv.
sweep::Space made_up() {
  using sweep::Range;
  return sweep::Space({{"rule", {"a", "b"}},
                       {"rate", {}, Range{1e-4, 1e-1, true}},
                       {"part", {}, Range{0, 0.5}},
                       {"units", {}, Range{10, 200, false, true}},
                       {"few", {}, Range{1, 8, false, true}},
                       {"batch", {}, Range{8, 512, true, true}},
                       {"momentum", {}, Range{0.5, 1}, sweep::Condition{"rule", {"b"}}}});
}

std::map<std::string, double> shares(const std::vector<sweep::Importance>& found) {
  std::map<std::string, double> result;
  for (const sweep::Importance& one : found) result[one.name] = one.share;
  return result;
}

std::vector<sweep::Trial> with_accuracies(const std::string& parameter,
                                          const std::vector<std::string>& values,
                                          const std::vector<double>& accuracies) {
  std::vector<sweep::Trial> trials;
  for (std::size_t i = 0; i < values.size(); ++i)
    trials.push_back(trial_with(i, {{{parameter, values[i]}}}, accuracies[i]));
  return trials;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(importances)

BOOST_AUTO_TEST_CASE(optuna_says_the_same) {
  const auto ours = std::map<std::string, std::map<std::string, double>>{
      {"made-up", shares(sweep::importance(made_up(), trials_of("made-up.csv")))},
      {"results", shares(sweep::importance(sweep::read_plan(sweep_table / "table.yaml").space,
                                           trials_of("results.csv")))}};
  int compared = 0;
  for (const auto& row : rows_of("importance.csv")) {
    BOOST_TEST_CONTEXT(row[0] << " " << row[1])
    BOOST_TEST(std::abs(ours.at(row[0]).at(row[1]) - std::stod(row[2])) < 1e-9);
    ++compared;
  }
  BOOST_TEST(compared == 13);
}

BOOST_AUTO_TEST_CASE(nothing_is_said_where_nothing_can_be) {
  const sweep::Space space({{"a", {"1", "2"}}});
  BOOST_TEST(sweep::importance(space, {}).empty());
  BOOST_TEST(sweep::importance(space, with_accuracies("a", {"1", "2"}, {0.5, 0.5})).empty());
}

BOOST_AUTO_TEST_CASE(correlations_are_those_computed_by_hand) {
  // x = 1, 2, 3, 4 and y = 1, 4, 9, 16: Σ dx dy = 25, Σ dx² = 5, Σ dy² = 129.
  const sweep::Space number({{"a", {}, sweep::Range{1, 4, false, true}}});
  const auto found =
      sweep::correlations(number, with_accuracies("a", {"1", "2", "3", "4"}, {0.01, 0.04, 0.09, 0.16}));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].label == "a");
  BOOST_TEST(std::abs(*found[0].pearson - 25 / std::sqrt(5 * 129)) < 1e-12);
  BOOST_TEST(std::abs(*found[0].spearman - 1) < 1e-12);

  const sweep::Space names({{"op", {"sgd", "adam", "nadam"}}});
  const auto each =
      sweep::correlations(names, with_accuracies("op", {"sgd", "adam", "sgd", "adam"}, {0.1, 0.4, 0.2, 0.3}));
  BOOST_TEST_REQUIRE(each.size() == 3U);
  BOOST_TEST(each[1].label == "op = adam");
  BOOST_TEST(std::abs(*each[1].pearson - 2 / std::sqrt(5)) < 1e-12);
  BOOST_TEST(std::abs(*each[0].pearson + 2 / std::sqrt(5)) < 1e-12);
  BOOST_TEST(!each[2].pearson);
}

BOOST_AUTO_TEST_SUITE_END()
