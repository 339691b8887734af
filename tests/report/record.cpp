#include <gradus/report/record.hpp>
#include <gradus/tests/train/runs.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

void check_points(const std::vector<CurvePoint>& points,
                  const std::vector<std::pair<double, double>>& expected) {
  BOOST_TEST_REQUIRE(points.size() == expected.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    BOOST_TEST(points[i].x == expected[i].first);
    BOOST_TEST(points[i].y == expected[i].second, boost::test_tools::tolerance(1e-12));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record)

// Three iterations between lines, seven an epoch. The losses of the batches are 1, 2, … 14.
BOOST_AUTO_TEST_CASE(curves_lie_on_a_grid_of_iterations_whatever_the_epoch) {
  std::vector<MetricsRow> rows;
  const auto mean = [](int after, int to) { return (after + 1 + to) / 2.0; };
  for (const int iteration : {3, 6, 7, 9, 12, 14}) {
    const int epoch = iteration > 7 ? 2 : 1;
    const double loss = mean((iteration - 1) / 3 * 3, iteration);
    rows.push_back({iteration, epoch, "train", loss, loss / 100});
    rows.push_back({iteration, epoch, "validation", 20.0 - iteration, iteration / 100.0});
  }
  check_points(per_iteration(rows, "train", Quantity::loss), {{3, 2}, {6, 5}, {9, 8}, {12, 11}, {14, 13.5}});
  check_points(per_iteration(rows, "validation", Quantity::accuracy),
               {{3, 3}, {6, 6}, {9, 9}, {12, 12}, {14, 14}});
  check_points(per_iteration(rows, "test", Quantity::loss), {});
  check_points(per_epoch(rows, "train", Quantity::loss), {{1, mean(0, 7)}, {2, mean(7, 14)}});
  check_points(per_epoch(rows, "train", Quantity::accuracy), {{1, mean(0, 7)}, {2, mean(7, 14)}});
  check_points(per_epoch(rows, "validation", Quantity::loss), {{1, 13}, {2, 6}});
  rows.resize(6);
  rows.push_back({9, 2, "train", 8, 0.08});
  check_points(per_epoch(rows, "train", Quantity::loss), {{1, mean(0, 7)}, {2, mean(7, 9)}});
}

BOOST_AUTO_TEST_CASE(curves_of_epochs_shorter_than_the_lines_are_apart) {
  const std::vector<MetricsRow> rows{{4, 1, "train", 3, 0.1}, {8, 2, "train", 1, 0.5}};
  check_points(per_iteration(rows, "train", Quantity::loss), {{4, 3}, {8, 1}});
  check_points(per_epoch(rows, "train", Quantity::loss), {{1, 3}, {2, 1}});
}

// They counted the iterations of each epoch anew, and each line told of the batches since the one before it.
BOOST_AUTO_TEST_CASE(curves_of_runs_of_earlier_versions) {
  const std::vector<MetricsRow> rows{{3, 1, "train", 3, 0.1},
                                     {5, 1, "train", 1, 0.5},
                                     {8, 2, "train", 4, 0.75},
                                     {10, 2, "train", 0.5, 0.75}};
  check_points(per_iteration(rows, "train", Quantity::loss), {{3, 3}, {5, 1}, {8, 4}, {10, 0.5}});
  check_points(per_epoch(rows, "train", Quantity::loss),
               {{1, (3 * 3 + 2 * 1) / 5.0}, {2, (3 * 4 + 2 * 0.5) / 5.0}});
}

BOOST_FIXTURE_TEST_CASE(of_a_run, Runs) {
  const TrainSettings settings = small_run();
  train(settings, "run");
  const RunRecord run = read_record(folder / "run" / "");
  BOOST_TEST(run.label == "run");
  BOOST_TEST((nlohmann::json(run.settings) == nlohmann::json(settings)));
  BOOST_TEST(!run.finished());
  BOOST_TEST(per_epoch(run.rows, "train", Quantity::loss).size() == 3);
  check_refused<FileError>([&] { read_record(folder); },
                           "'" + folder.string() +
                               "' is no run folder: it has no config.json; name a folder that "
                               "`gradus train` has made");
}

BOOST_FIXTURE_TEST_CASE(of_a_damaged_report, Runs) {
  train(small_run(), "run");
  const fs::path file = folder / "run" / "report.json";
  const nlohmann::json scores{{"name", "0"}, {"precision", 1.0}, {"recall", 1}, {"f1", 1}, {"support", 4}};
  nlohmann::json sound;
  for (const char* split : {"train", "validation", "test"})
    sound[split] = {{"loss", 0.5}, {"accuracy", 1}, {"examples", 4}};
  sound["test"].update(
      {{"confusion_matrix", {{4}}}, {"classes", {scores}}, {"macro", scores}, {"weighted", scores}});
  sound["iterations"] = 7;
  sound["model"]["parameters"] = 8;
  sound["time"] = {{"total_s", 1.5}, {"step_us_median", 3}};
  sound["settings"]["model"] = "mlp";
  write_file(file, sound.dump());
  const RunRecord run = read_record(folder / "run");
  BOOST_TEST_REQUIRE(run.finished());
  BOOST_TEST(run.result->splits.at("test").examples == 4);
  BOOST_TEST(run.result->splits.at("test").weighted.precision == 1);
  BOOST_TEST(run.result->splits.at("train").confusion.empty());
  BOOST_TEST(run.result->resumed_at == 0);

  const std::string end = "; the file is damaged or was changed by hand";
  const auto refused = [&](const char* at, const nlohmann::json& value, const std::string& message) {
    nlohmann::json damaged = sound;
    damaged[nlohmann::json::json_pointer(at)] = value;
    write_file(file, damaged.dump());
    check_refused<FileError>([&] { read_record(folder / "run"); }, "'" + file.string() + "'" + message + end);
  };
  refused("/test/loss", "0.5", ": 'test.loss' must be a number, not \"0.5\"");
  refused("/test/confusion_matrix/0", {1, 2},
          ": 'test.confusion_matrix' must be a square matrix, not a list");
  refused("/test/classes", nlohmann::json::array(),
          ": 'test.classes' must be a list of 1, as many as the confusion matrix has rows, not a list");
  refused("/test/classes/0/name", 3, ": 'test.classes[0].name' must be a text, not 3");
  refused("/model", nlohmann::json::object(), " has no 'model.parameters'");
  refused("/time", nullptr, ": 'time' must be an object, not null");
  refused("/settings/model", 1, ": 'settings.model' must be a text, not 1");
  write_file(file, "{}");
  check_refused<FileError>([&] { read_record(folder / "run"); },
                           "'" + file.string() + "' has no 'train'" + end);
}

BOOST_AUTO_TEST_CASE(settings_that_only_another_model_has) {
  const nlohmann::json mlp = of_model(default_settings("mlp"));
  BOOST_TEST(!mlp.contains("kernel"));
  BOOST_TEST(mlp.contains("hidden"));
  BOOST_TEST(of_model(default_settings("cnn")).contains("kernel"));
}

// No run writes such a row, but a file may hold it.
BOOST_AUTO_TEST_CASE(an_epoch_0_is_an_epoch) {
  const std::vector<MetricsRow> rows{{1, 0, "train", 2, 0.5}, {2, 1, "train", 1, 0.75}};
  check_points(per_epoch(rows, "train", Quantity::loss), {{0, 2}, {1, 1}});
}

BOOST_AUTO_TEST_SUITE_END()
