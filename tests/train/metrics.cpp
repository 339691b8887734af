#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/train/metrics.hpp>
#include <gradus/train/report.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>

using namespace gradus;
using test::says;

namespace {

constexpr double tolerance = 1e-12;

ConfusionMatrix counted(std::size_t classes, const std::vector<int>& truth,
                        const std::vector<int>& predicted) {
  ConfusionMatrix matrix(classes);
  for (std::size_t i = 0; i < truth.size(); ++i) matrix.add(truth[i], predicted[i]);
  return matrix;
}

nlohmann::json reference_cases() {
  return nlohmann::json::parse(read_file(GRADUS_TEST_DATA "/reference/classification_report.json"));
}

void check_scores(const Scores& scores, const nlohmann::json& expected) {
  BOOST_CHECK_SMALL(scores.precision - expected.at("precision").get<double>(), tolerance);
  BOOST_CHECK_SMALL(scores.recall - expected.at("recall").get<double>(), tolerance);
  BOOST_CHECK_SMALL(scores.f1 - expected.at("f1").get<double>(), tolerance);
  BOOST_TEST(scores.support == expected.at("support").get<std::int64_t>());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(agrees_with_scikit_learn) {
  const nlohmann::json cases = reference_cases();
  BOOST_REQUIRE(cases.size() >= 8);
  for (const auto& expected : cases) {
    BOOST_TEST_CONTEXT(expected.at("name").get<std::string>()) {
      const auto matrix = counted(expected.at("classes"), expected.at("truth"), expected.at("predicted"));
      BOOST_TEST(nlohmann::json(matrix) == expected.at("confusion_matrix"));
      BOOST_CHECK_SMALL(matrix.accuracy() - expected.at("accuracy").get<double>(), tolerance);

      const ClassificationReport report = classification_report(matrix);
      BOOST_CHECK_SMALL(report.accuracy - expected.at("accuracy").get<double>(), tolerance);
      BOOST_REQUIRE(report.classes.size() == expected.at("scores").size());
      for (std::size_t c = 0; c < report.classes.size(); ++c) {
        BOOST_TEST(report.classes[c].name == std::to_string(c));
        check_scores(report.classes[c], expected.at("scores")[c]);
      }
      check_scores(report.macro, expected.at("macro"));
      check_scores(report.weighted, expected.at("weighted"));
    }
  }
}

BOOST_AUTO_TEST_CASE(rows_are_true_and_columns_predicted) {
  const auto matrix = counted(3, {0, 0, 0, 2}, {0, 1, 1, 0});
  BOOST_TEST(matrix.count(0, 1) == 2);
  BOOST_TEST(matrix.count(1, 0) == 0);
  BOOST_TEST(matrix.count(2, 0) == 1);
  BOOST_TEST(matrix.support(0) == 3);
  BOOST_TEST(matrix.predicted(0) == 2);
  BOOST_TEST(matrix.total() == 4);
  BOOST_TEST(matrix.correct() == 1);
}

BOOST_AUTO_TEST_CASE(nothing_counted_gives_zeros) {
  const ConfusionMatrix matrix(2);
  BOOST_TEST(matrix.accuracy() == 0.0);
  const ClassificationReport report = classification_report(matrix);
  BOOST_TEST(report.weighted.f1 == 0.0);
  BOOST_TEST(report.macro.precision == 0.0);
}

BOOST_AUTO_TEST_CASE(report_as_text) {
  const auto report =
      classification_report(counted(3, {0, 0, 1, 1, 2}, {0, 1, 1, 1, 0}), {"shirt", "übergröße", "bag"});
  BOOST_TEST(to_text(report) ==
             "class             precision  recall      F1  examples\n"
             "shirt                0.5000  0.5000  0.5000         2\n"
             "übergröße            0.6667  1.0000  0.8000         2\n"
             "bag                  0.0000  0.0000  0.0000         1\n"
             "\n"
             "accuracy                             0.6000         5\n"
             "macro average        0.3889  0.5000  0.4333         5\n"
             "weighted average     0.4667  0.6000  0.5200         5\n");
}

BOOST_AUTO_TEST_CASE(confusion_matrix_as_text) {
  auto matrix = counted(3, {0, 0, 1, 1, 2}, {0, 1, 1, 1, 0});
  BOOST_TEST(to_text(matrix) ==
             "true \\ predicted  0  1  2\n"
             "0                 1  1  .\n"
             "1                 .  2  .\n"
             "2                 1  .  .\n");
  for (int i = 0; i < 10; ++i) matrix.add(2, 2);
  BOOST_TEST(to_text(matrix, {"shirt", "größe", "bag"}) ==
             "true \\ predicted  0  1   2\n"
             "0 shirt           1  1   .\n"
             "1 größe           .  2   .\n"
             "2 bag             1  .  10\n");
}

BOOST_AUTO_TEST_CASE(scores_as_json) {
  const nlohmann::json json = Scores{"bag", 0.5, 0.25, 0.125, 7};
  BOOST_TEST(json.dump() == R"({"f1":0.125,"name":"bag","precision":0.5,"recall":0.25,"support":7})");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
  ConfusionMatrix matrix(10);
  BOOST_CHECK_EXCEPTION(matrix.add(10, 0), ValueError,
                        says("true label 10 is outside of the 10 classes; labels go from 0 to 9"));
  BOOST_CHECK_EXCEPTION(matrix.add(3, -1), ValueError,
                        says("predicted label -1 is outside of the 10 classes; labels go from 0 to 9"));
  BOOST_TEST(matrix.total() == 0);
  BOOST_CHECK_EXCEPTION(ConfusionMatrix(0), ValueError,
                        says("a confusion matrix needs at least one class, got 0"));
  BOOST_CHECK_EXCEPTION(classification_report(matrix, {"a"}), ValueError,
                        says("got 1 class names for 10 classes; give one name for every class"));
  BOOST_CHECK_EXCEPTION(matrix.count(0, 10), ValueError,
                        says("no count for true class 0 and predicted class 10: there are 10 classes"));
}

BOOST_AUTO_TEST_CASE(the_pairs_mistaken_most) {
  const std::vector<std::string> names{"cat", "dog", "cow"};
  BOOST_TEST(
      hardest_pairs({{9, 2, 0}, {7, 1, 2}, {0, 1, 8}}, names) ==
      "Most often taken for another: dog → cat (7 times), cat → dog (2), dog → cow (2), cow → dog (1)");
  BOOST_TEST(hardest_pairs({{9, 0, 0}, {0, 1, 0}, {0, 0, 8}}, names) == "");
  const std::string of_five = hardest_pairs({{0, 1, 2}, {3, 0, 4}, {5, 6, 0}}, names);
  BOOST_TEST(std::ranges::count(of_five, '(') == 5);
  BOOST_TEST(of_five.ends_with("cat → cow (2)"));
}

BOOST_AUTO_TEST_CASE(the_best_row) {
  const auto row = [](std::int64_t iteration, const char* split, double loss, double accuracy) {
    return MetricsRow{iteration, 1, split, loss, accuracy};
  };
  const std::vector<MetricsRow> rows{row(10, "train", 0.1, 1), row(10, "validation", 0.5, 0.6),
                                     row(20, "validation", 0.9, 0.7), row(30, "validation", 0.3, 0.7),
                                     row(40, "validation", 0.2, 0.65)};
  BOOST_TEST(best_validation(rows)->iteration == 20);
  BOOST_TEST(
      best_and_last(rows, 40) ==
      "Best validation accuracy 70.00 % at iteration 20; 65.00 % at the last, 40, whose weights are kept");
  BOOST_TEST(
      best_and_last(rows, 20) ==
      "Best validation accuracy 70.00 % at iteration 20, whose weights are kept; 65.00 % at the last, 40");
  BOOST_TEST(best_and_last({rows.begin(), rows.begin() + 3}, 20) ==
             "Best validation accuracy 70.00 % at iteration 20, the last");
  BOOST_TEST(!best_validation({rows.front()}));
  BOOST_TEST(best_and_last({}, 40) == "");
  const double none = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(best_and_last({row(1, "validation", 0.5, none), row(2, "validation", 0.75, none)}, 2) ==
             "Best validation loss 0.5000 at iteration 1; 0.7500 at the last, 2, whose weights are kept");
}

BOOST_AUTO_TEST_SUITE_END()
