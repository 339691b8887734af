#include <gradus/study/experiment.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/train/runs.hpp>

#include <set>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(experiment)

BOOST_FIXTURE_TEST_CASE(a_runner_trains_a_run_once, Runs) {
  int steps = 0;
  ExperimentRunner runner({.out = folder, .epochs = 2, .quiet = true}, digits(),
                          [&] { return ++steps == 5; });
  TrainSettings settings = small_run();
  settings.epochs = 2;
  // Stopped, gone on with, taken as it is.
  BOOST_CHECK_THROW(runner.train("a run, twice", settings), ExperimentStopped);
  BOOST_TEST(runner.train("a run, twice", settings).finished());
  // At the end two batches are judged: one of the training split, one of the test split.
  BOOST_TEST(steps == 2 * steps_an_epoch + 2);
  const RunRecord& again = runner.train("a run, twice", settings);
  BOOST_TEST(steps == 2 * steps_an_epoch + 2);
  BOOST_TEST(again.label == "a run, twice");
  BOOST_TEST(final_accuracy(again, "test") == 100 * again.result->splits.at("test").accuracy);
  settings.seed = 7;
  check_refused<FileError>([&] { runner.train("a run, twice", settings); },
                           "'" + (folder / "a-run-twice").string() +
                               "' holds a run with other settings; choose another folder with --out");
}

BOOST_AUTO_TEST_CASE(every_experiment_has_a_name_and_help) {
  std::set<std::string> names;
  for (const Experiment& experiment : experiments()) {
    names.insert(experiment.name);
    BOOST_TEST(holds(experiment.footer, "gradus experiment " + experiment.name));
    BOOST_TEST(experiment.summary != "");
  }
  BOOST_TEST((names == std::set<std::string>{"course-network", "learning-rates", "overfit", "pytorch",
                                             "search", "templates-and-overfitting", "two-losses"}));
}

BOOST_AUTO_TEST_SUITE_END()
