#include <gradus/tests/train/runs.hpp>

#include <numeric>
#include <regex>
#include <set>

using namespace gradus;
using namespace gradus::test;

namespace {

TrainSettings with(const std::string& optimizer, std::map<std::string, double> hyper = {}) {
  TrainSettings settings = small_run();
  settings.optimizer = optimizer;
  settings.hyper = std::move(hyper);
  return settings;
}

/// A setting that keeps something of its own from step to step, or might.
struct Way {
  const char* name;
  TrainSettings settings;
};

std::vector<Way> ways() {
  std::vector<Way> all{{"adam", with("adam")},
                       {"sgd", with("sgd", {{"learning_rate", 0.1}})},
                       {"momentum", with("momentum", {{"momentum", 0.8}})},
                       {"nadam", with("nadam")},
                       {"rmsprop", with("rmsprop")}};
  const auto add = [&](const char* name, auto change) {
    all.push_back({name, small_run()});
    change(all.back().settings);
  };
  add("accumulate", [](TrainSettings& s) { s.accumulate = 3; });
  add("schedule", [](TrainSettings& s) { s.schedule = "warm-up:4+cosine"; });
  add("clip-norm", [](TrainSettings& s) { s.clip_norm = 0.01; });
  add("standardize", [](TrainSettings& s) { s.standardize = true; });
  add("augment", [](TrainSettings& s) { s.augment = "shift,rotate:15,elastic,noise:0.05,erase"; });
  add("dropout and normalisation", [](TrainSettings& s) { s.dropout = 0.4, s.normalisation = "batch"; });
  add("a convolutional network", [](TrainSettings& s) {
    s.model = "cnn";
    s.channels = {2, 3};
    s.kernel = 3;
    s.padding = 1;
    s.hidden = {8};
    s.dropout = 0.3;
    s.normalisation = "batch";
  });
  add("penalties", [](TrainSettings& s) { s.l1 = 1e-4, s.l2 = 1e-3; });
  add("sum of squared errors", [](TrainSettings& s) { s.loss = "squared-error", s.reduction = "sum"; });
  add("no validation", [](TrainSettings& s) { s.validation = 0, s.train_limit = 100; });
  add("accumulate with momentum and a schedule", [](TrainSettings& s) {
    s.optimizer = "momentum";
    s.accumulate = 2;
    s.schedule = "step:3:0.5";
    s.clip_norm = 1;
  });
  return all;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(trainer, Runs)

BOOST_AUTO_TEST_CASE(stopped_after_any_step_and_resumed_to_the_same_bits) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  for (int stop = 1; stop < 3 * steps_an_epoch; ++stop) BOOST_TEST_CONTEXT("stopped after " << stop)
  BOOST_TEST(interrupted(settings, std::to_string(stop), {stop}) == whole);
}

BOOST_AUTO_TEST_CASE(the_best_weights_are_kept_and_judged) {
  // A rate that is too large, so that the best is not the last.
  TrainSettings settings = with("sgd", {{"learning_rate", 1.5}});
  settings.epochs = 12;
  settings.keep = "best";
  const TrainOutcome outcome = train(settings, "whole");
  const auto best = best_validation(outcome.rows);
  BOOST_TEST_REQUIRE(best.has_value());
  BOOST_TEST(best->iteration < outcome.position.iteration);
  BOOST_TEST(outcome.weights_of == best->iteration);
  BOOST_TEST(outcome.validation.accuracy() == best->accuracy);
  BOOST_TEST(outcome.validation.loss == best->loss);
  BOOST_TEST(outcome.rows.back().accuracy < best->accuracy);

  const auto kept = [&](const char* name) {
    return read_file(folder / name / "checkpoint.best.safetensors");
  };
  const int stop = static_cast<int>(best->iteration);
  for (const int steps : {stop - 2, stop + 2}) {
    const std::string name = std::to_string(steps);
    BOOST_TEST(interrupted(settings, name, {steps}) == files("whole"));
    BOOST_TEST((kept(name.c_str()) == kept("whole")));
  }
  settings.keep = "last";
  const TrainOutcome last = train(settings, "last");
  BOOST_TEST(last.weights_of == last.position.iteration);
  BOOST_TEST(last.validation.accuracy() == outcome.rows.back().accuracy);
  BOOST_TEST(files("last").metrics == files("whole").metrics);
}

BOOST_AUTO_TEST_CASE(the_best_of_nothing_is_refused) {
  TrainSettings settings = small_run();
  settings.keep = "best";
  settings.validation = 0;
  check_refused<ValueError>(
      [&] { check(settings); },
      "--keep best chooses by the validation split: give --validation a number above 0");
}

BOOST_AUTO_TEST_CASE(a_last_batch_that_is_smaller_may_be_left_out) {
  TrainSettings settings = small_run();
  settings.drop_last = true;
  const TrainOutcome outcome = train(settings, "run");
  BOOST_TEST(outcome.position.iteration == 3 * (steps_an_epoch - 1));
  BOOST_TEST(outcome.train.examples() == 100);
  for (int stop = 1; stop < 3 * (steps_an_epoch - 1); stop += 4)
    BOOST_TEST(interrupted(settings, std::to_string(stop), {stop}) == files("run"));
  settings.batch = 120;
  BOOST_TEST(train(settings, "batch larger than the set").position.iteration == 3);
}

BOOST_AUTO_TEST_CASE(a_stop_after_the_last_step_of_all_is_the_end) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  const TrainOutcome outcome = train(settings, "stopped", false, 3 * steps_an_epoch);
  BOOST_TEST(outcome.finished);
  BOOST_TEST(outcome.test.examples() == 20);
  BOOST_TEST(files("stopped") == whole);
}

BOOST_AUTO_TEST_CASE(a_stop_after_the_last_step_of_an_epoch_ends_the_epoch) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  const TrainOutcome outcome = train(settings, "run", false, steps_an_epoch);
  BOOST_TEST(!outcome.finished);
  BOOST_TEST(outcome.position.iteration == steps_an_epoch);
  BOOST_TEST(outcome.position.epoch == 1);
  BOOST_TEST(outcome.position.example == 0);
  const std::string metrics = files("run").metrics;
  BOOST_TEST(whole.metrics.starts_with(metrics));
  BOOST_TEST(metrics.find("\n7,1,validation,") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(augmented_it_is_stopped_after_any_step_and_resumed_to_the_same_bits) {
  TrainSettings settings = small_run();
  settings.augment = "elastic,erase:1";
  const RunFiles whole = this->whole(settings, "whole");
  for (int stop = 1; stop < 3 * steps_an_epoch; ++stop) BOOST_TEST_CONTEXT("stopped after " << stop)
  BOOST_TEST(interrupted(settings, std::to_string(stop), {stop}) == whole);
}

BOOST_AUTO_TEST_CASE(stopped_again_and_again) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  BOOST_TEST(interrupted(settings, "inside", {2, 3}) == whole);
  BOOST_TEST(interrupted(settings, "at both ends of an epoch", {steps_an_epoch, steps_an_epoch}) == whole);
  BOOST_TEST(interrupted(settings, "after each of many", {1, 1, 1, 1, 1, 1, 1, 1, 1}) == whole);
}

BOOST_AUTO_TEST_CASE(every_kind_of_run_resumes_to_the_same_bits) {
  for (const Way& way : ways()) BOOST_TEST_CONTEXT(way.name) {
      const std::string name = way.name;
      const RunFiles whole = this->whole(way.settings, name);
      for (const int stop : {1, 5, steps_an_epoch, 10}) BOOST_TEST_CONTEXT("stopped after " << stop)
      BOOST_TEST(interrupted(way.settings, name + std::to_string(stop), {stop}) == whole);
    }
}

BOOST_AUTO_TEST_CASE(every_kind_of_run_comes_to_numbers_of_its_own) {
  std::set<std::string> contents;
  for (const Way& way : ways()) {
    const RunFiles files = whole(way.settings, way.name);
    contents.insert(files.checkpoint + files.metrics);
  }
  BOOST_TEST(contents.size() == ways().size());
}

BOOST_AUTO_TEST_CASE(the_seed_decides_every_bit) {
  TrainSettings settings = small_run();
  const RunFiles first = whole(settings, "first");
  BOOST_TEST(whole(settings, "second") == first);
  settings.seed = 43;
  const RunFiles other = whole(settings, "other");
  BOOST_TEST(other.checkpoint != first.checkpoint);
  BOOST_TEST(other.metrics != first.metrics);
}

BOOST_AUTO_TEST_CASE(threads_decide_nothing) {
  for (const Way& way : ways()) BOOST_TEST_CONTEXT(way.name) {
      const std::string name = way.name;
      TrainSettings settings = way.settings;
      const RunFiles one = whole(settings, name);
      for (const int threads : {2, 3}) {
        settings.threads = threads;
        BOOST_TEST(whole(settings, name + std::to_string(threads)) == one);
      }
    }
}

BOOST_AUTO_TEST_CASE(more_threads_may_go_on_where_one_stopped) {
  TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  train(settings, "parts", false, 5);
  settings.threads = 3;
  train(settings, "parts", true);
  BOOST_TEST(files("parts") == whole);
}

BOOST_AUTO_TEST_CASE(more_epochs_may_be_asked_for_later) {
  TrainSettings settings = small_run();
  const RunFiles three = whole(settings, "three");
  settings.epochs = 2;
  train(settings, "two and one");
  settings.epochs = 3;
  BOOST_TEST(train(settings, "two and one", true).finished);
  BOOST_TEST(files("two and one") == three);
}

BOOST_AUTO_TEST_CASE(lines_that_a_crash_left_behind_the_checkpoint_are_written_again) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  train(settings, "crashed", false, 4);
  const fs::path metrics = folder / "crashed" / "metrics.csv";
  write_file(metrics, read_file(metrics) + "6,1,train,1,0.5\n6,1,validation,1,0.5\n7,1,tr");
  train(settings, "crashed", true);
  BOOST_TEST(files("crashed") == whole);
}

BOOST_AUTO_TEST_CASE(metrics_have_a_line_for_each_split_every_few_steps_and_at_the_end_of_epochs) {
  TrainSettings settings = small_run();
  settings.epochs = 2;
  train(settings, "run");
  const std::string text = files("run").metrics;
  std::string keys;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    std::size_t end = at;
    for (int commas = 0; commas < 3; ++end) commas += text[end] == ',' ? 1 : 0;
    keys += text.substr(at, end - at) + " ";
  }
  BOOST_TEST(keys ==
             "iteration,epoch,split, 3,1,train, 3,1,validation, 6,1,train, 6,1,validation, 7,1,train, "
             "7,1,validation, 9,2,train, 9,2,validation, 12,2,train, 12,2,validation, 14,2,train, "
             "14,2,validation, ");
}

BOOST_AUTO_TEST_CASE(an_epoch_shorter_than_the_lines_are_apart_has_one_line) {
  TrainSettings settings = small_run();
  settings.log_every = steps_an_epoch + 1;
  train(settings, "run");
  std::vector<std::int64_t> iterations;
  for (const MetricsRow& row : read_metrics(folder / "run" / "metrics.csv"))
    if (row.split == "train") iterations.push_back(row.iteration);
  BOOST_TEST(iterations == (std::vector<std::int64_t>{7, 14, 21}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_whole_training_split_has_a_line_at_the_end_of_each_epoch) {
  TrainSettings settings = small_run();
  settings.log_train = true;
  const TrainOutcome outcome = train(settings, "run");
  const std::vector<MetricsRow> rows = read_metrics(folder / "run" / "metrics.csv");
  std::vector<std::int64_t> iterations;
  double last = 0;
  for (const MetricsRow& row : rows) {
    if (row.split != "train-set") continue;
    iterations.push_back(row.iteration);
    last = row.loss;
  }
  BOOST_TEST(iterations == (std::vector<std::int64_t>{7, 14, 21}), boost::test_tools::per_element());
  BOOST_TEST(outcome.train.loss == last);
  BOOST_TEST((interrupted(settings, "resumed", {4, 10}) == files("run")));
}

BOOST_AUTO_TEST_CASE(a_train_line_is_the_mean_over_the_batches_since_the_last_multiple) {
  TrainSettings settings = small_run();
  settings.drop_last = true;
  settings.epochs = 2;
  std::vector<double> losses;
  const RunFolder run = RunFolder::create(folder / "run");
  Trainer trainer(settings, digits(), data::split(digits().train, {settings.validation, {}}), run, false);
  Progress progress({.epochs = 2, .quiet = true}, Progress::Screen{.file = nullptr});
  trainer.run(progress, [] { return false; }, {.step = [&](double loss) { losses.push_back(loss); }});
  for (const MetricsRow& row : read_metrics(run.metrics())) {
    if (row.split != "train") continue;
    const auto from = losses.begin() + (row.iteration - 1) / settings.log_every * settings.log_every;
    const auto to = losses.begin() + row.iteration;
    BOOST_TEST(row.loss == std::accumulate(from, to, 0.0) / static_cast<double>(to - from),
               boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(an_outcome_judges_all_three_splits) {
  TrainSettings settings = small_run();
  settings.epochs = 30;
  settings.hyper = {{"learning_rate", 0.01}};
  const TrainOutcome outcome = train(settings, "run");
  BOOST_TEST(outcome.finished);
  BOOST_TEST((outcome.position == RunPosition{.iteration = 30 * steps_an_epoch, .epoch = 30}));
  BOOST_TEST(outcome.train.examples() == 100);
  BOOST_TEST(outcome.validation.examples() == 30);
  const std::string metrics = files("run").metrics;
  BOOST_TEST(metrics.ends_with(
      fmt::format("210,30,validation,{},{}\n", outcome.validation.loss, outcome.validation.accuracy())));
  BOOST_TEST(outcome.test.examples() == 20);
  BOOST_TEST(outcome.train.accuracy() > 0.8);
  BOOST_TEST(outcome.step_us_median > 0);
  BOOST_TEST(outcome.total_s > 0);
  BOOST_TEST(outcome.planned_bytes > 0);
  BOOST_TEST(outcome.unplanned_bytes > outcome.planned_bytes);
}

BOOST_AUTO_TEST_CASE(accumulated_batches_make_the_update_of_a_large_one) {
  TrainSettings settings = with("sgd", {{"learning_rate", 0.1}});
  settings.validation = 34;
  settings.epochs = 4;
  settings.log_every = 1000;
  settings.batch = 32;
  const TrainOutcome large = train(settings, "large");
  settings.batch = 8;
  settings.accumulate = 4;
  const TrainOutcome small = train(settings, "small");
  BOOST_TEST(large.train.loss == small.train.loss, boost::test_tools::tolerance(1e-5));
  settings.accumulate = 1;
  const TrainOutcome single = train(settings, "single");
  BOOST_TEST(std::abs(large.train.loss - single.train.loss) > 1e-3);
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_no_longer_finite_stops_the_run_and_leaves_the_last_checkpoint) {
  TrainSettings settings = with("sgd", {{"learning_rate", 0.1}});
  settings.epochs = 1;
  settings.schedule = "step:7:1e30";
  train(settings, "run");
  const std::string before = files("run").checkpoint;
  settings.epochs = 3;
  std::string message;
  try {
    train(settings, "run", true);
  } catch (const NumericError& error) {
    message = error.what();
  }
  const std::regex position("position [0-9]+ of 80");
  message = std::regex_replace(message, std::regex("network.cpp:[0-9]+"), "network.cpp:LINE");
  BOOST_TEST(std::regex_replace(message, position, "position I of 80") ==
             "the loss 'loss' is no longer finite at step 8. The first node to go bad is 'hidden2/matmul' "
             "(matmul (batch, 5)) (network.cpp:LINE): infinite at position I of 80. Try a smaller learning "
             "rate, clipping the gradients by their norm, or data scaled to about [-1, 1]; the state is as "
             "it was before this step");
  BOOST_TEST(files("run").checkpoint == before);
}

BOOST_FIXTURE_TEST_CASE(the_test_split_has_lines_where_it_is_asked_for, Runs) {
  TrainSettings settings = small_run();
  train(settings, "without");
  settings.log_test = true;
  const RunFiles whole = this->whole(settings, "with");
  const std::vector<MetricsRow> rows = read_metrics(folder / "with/metrics.csv");
  std::vector<MetricsRow> others = read_metrics(folder / "without/metrics.csv");
  // Behind each line of validation one of test; the others are the same, and so are the weights.
  BOOST_TEST_REQUIRE(2 * rows.size() == 3 * others.size());
  for (std::size_t i = 0; i < others.size(); i += 2) {
    const std::size_t at = i / 2 * 3;
    BOOST_TEST(rows[at + 1].loss == others[i + 1].loss);
    BOOST_TEST(rows[at + 2].split == "test");
    BOOST_TEST(rows[at + 2].iteration == others[i + 1].iteration);
  }
  BOOST_TEST((interrupted(settings, "interrupted", {4, 9}) == whole));
}

BOOST_AUTO_TEST_SUITE_END()
