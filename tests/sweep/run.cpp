#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/sweep/run.hpp>
#include <gradus/sweep/screen.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/train/runs.hpp>

#include <algorithm>
#include <regex>
#include <thread>

using namespace gradus;
using namespace gradus::test;
using sweep::SweepFolder;

namespace {

/// Eight trials of a few steps each; with the last learning rate they diverge.
sweep::Plan small_plan() {
  sweep::Plan plan;
  plan.settings = small_run();
  plan.settings.threads = 1;
  std::vector<sweep::Written> written;
  for (const char* text : {"optimizer=sgd,adam", "lr=0.01,0.1,1e30", "batch=16,32"})
    written.push_back(sweep::read_parameter(text, "--set"));
  add(plan, written);
  plan.trials = 8;
  plan.seed = 3;
  return plan;
}

std::vector<sweep::Trial> results(std::vector<sweep::Trial> trials) {
  for (sweep::Trial& trial : trials) trial.seconds = 0;
  return trials;
}

std::size_t kept(const sweep::SweepFolder& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() / "trials"))
    if (fs::exists(entry.path() / "checkpoint.safetensors")) ++count;
  return count;
}

struct Sweeps : Scratch {
  Runs runs;
  sweep::Plan plan = small_plan();

  sweep::SweepFolder take(const std::string& name) const {
    return sweep::SweepFolder::take(folder / name, plan);
  }

  std::vector<sweep::Trial> whole(const std::string& name, int at_once = 1) const {
    const sweep::SweepFolder made = take(name);
    const sweep::Standing standing = sweep::run(plan, made, digits(), {.at_once = at_once});
    BOOST_TEST(standing.done.size() == standing.trials);
    BOOST_TEST((results(standing.done) == results(made.trials(plan))));
    return results(standing.done);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(run, Sweeps)

BOOST_AUTO_TEST_CASE(every_trial_ends_and_is_kept) {
  const std::vector<sweep::Trial> trials = whole("one");
  BOOST_TEST_REQUIRE(trials.size() == 8U);
  for (const sweep::Trial& trial : trials) {
    const bool diverges = *trial.values.find("learning_rate") == "1e+30";
    BOOST_TEST((trial.ending == (diverges ? sweep::Ending::diverged : sweep::Ending::done)));
    BOOST_TEST(trial.message.empty() == !diverges);
    BOOST_TEST((trial.result() == nullptr) == diverges);
    BOOST_TEST(fs::exists(folder / "one/trials" / trial.name / "metrics.csv"));
    if (diverges) continue;
    // A trial is a training like any other, to the bit.
    TrainSettings settings = settings_of(plan, trial.values);
    const std::string name = "alone-" + trial.name;
    runs.train(settings, name);
    BOOST_TEST(read_file(runs.folder / name / "metrics.csv") ==
               read_file(folder / "one/trials" / trial.name / "metrics.csv"));
  }
  BOOST_TEST(std::ranges::count(trials, sweep::Ending::diverged, &sweep::Trial::ending) > 0);
  BOOST_TEST(kept(take("one")) == plan.keep_best);
  // Nothing is trained twice.
  int told = 0;
  sweep::run(plan, take("one"), digits(), {.stop = [&] { return ++told > 0; }});
  BOOST_TEST(told <= 2);
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_what_runs_beside_a_trial) {
  BOOST_TEST((whole("one") == whole("four", 4)));
}

BOOST_AUTO_TEST_CASE(a_sweep_that_was_stopped_goes_on) {
  const std::vector<sweep::Trial> uninterrupted = whole("whole");
  for (const int at_once : {1, 3}) {
    const std::string name = "stopped" + std::to_string(at_once);
    for (int steps = 5;; steps += 7) {
      std::atomic<int> taken = 0;
      const sweep::Standing standing = sweep::run(
          plan, take(name), digits(), {.at_once = at_once, .stop = [&] { return ++taken > steps; }});
      if (standing.done.size() == standing.trials) {
        BOOST_TEST((results(standing.done) == uninterrupted));
        break;
      }
      BOOST_TEST_REQUIRE(steps < 1000);
    }
  }
}

BOOST_AUTO_TEST_CASE(several_share_a_sweep) {
  const std::vector<sweep::Trial> alone = whole("alone");
  const sweep::SweepFolder shared = take("shared");
  std::vector<sweep::Standing> standings(2);
  {
    std::vector<std::jthread> both;
    for (sweep::Standing& standing : standings)
      both.emplace_back([&] { standing = sweep::run(plan, shared, digits(), {.at_once = 2}); });
  }
  for (const sweep::Standing& standing : standings) BOOST_TEST((results(standing.done) == alone));
  const std::string lines = read_file(shared.trials_file());
  BOOST_TEST(std::ranges::count(lines, '\n') == 8);
}

BOOST_AUTO_TEST_CASE(halving_stops_the_same_trials_whatever_runs_beside_them) {
  plan.settings.epochs = 4;
  plan.halving = sweep::Halving{.eta = 2};
  plan.ahead = 2;
  plan.trials = 12;
  const std::vector<sweep::Trial> trials = whole("halved");
  // By hand: after epoch 1 a trial goes on that less than half of those before it, but for the last one, and
  // of itself are better than; after epoch 2 less than a quarter.
  const auto accuracy = [&](const sweep::Trial& trial, std::int64_t epoch) -> std::optional<double> {
    for (const MetricsRow& row : read_metrics(folder / "halved/trials" / trial.name / "metrics.csv"))
      if (row.split == "validation" && row.iteration == epoch * (*trial.values.find("batch") == "16" ? 7 : 4))
        return row.accuracy;
    return std::nullopt;
  };
  std::size_t stopped = 0;
  for (const sweep::Trial& trial : trials) {
    if (trial.ending == sweep::Ending::diverged) continue;
    std::int64_t ends = 4;
    for (const std::int64_t epoch : {2, 1}) {
      const auto own = accuracy(trial, epoch);
      if (!own) continue;
      std::size_t all = 1;
      std::size_t better = 0;
      for (std::size_t other = 0; other + 1 < trial.number; ++other, ++all)
        if (const auto theirs = accuracy(trials[other], epoch); theirs && *theirs > *own) ++better;
      if ((epoch == 1 ? 2 : 4) * better >= all) ends = epoch;
    }
    BOOST_TEST(trial.last->epoch == ends);
    BOOST_TEST((trial.ending == (ends < 4 ? sweep::Ending::stopped : sweep::Ending::done)));
    if (ends < 4) ++stopped;
  }
  BOOST_TEST(stopped > 0U);
  for (const int at_once : {2, 5}) BOOST_TEST((whole("halved" + std::to_string(at_once), at_once) == trials));
  for (int steps = 3;; steps += 5) {
    std::atomic<int> taken = 0;
    const sweep::Standing standing = sweep::run(plan, take("interrupted"), digits(),
                                                {.at_once = 3, .stop = [&] { return ++taken > steps; }});
    if (standing.done.size() < standing.trials) continue;
    BOOST_TEST((results(standing.done) == trials));
    break;
  }
}

BOOST_AUTO_TEST_CASE(a_trial_whose_validation_is_not_finite_has_diverged) {
  // One step an epoch, which is finite and leaves weights that are useless.
  plan.settings.batch = 100;
  plan.space = {};
  add(plan, {sweep::read_parameter("lr=0.01,1e30", "--set")});
  std::size_t diverged = 0;
  for (const sweep::Trial& trial : whole("one step"))
    if (*trial.values.find("learning_rate") == "1e+30") {
      BOOST_TEST((trial.ending == sweep::Ending::diverged));
      BOOST_TEST(!trial.message.empty());
      ++diverged;
    }
  BOOST_TEST(diverged == 1U);
}

BOOST_AUTO_TEST_CASE(a_trial_that_waits_for_one_that_nobody_trains_lets_it_go_first) {
  plan.settings.epochs = 4;
  plan.halving = sweep::Halving{.eta = 2};
  plan.ahead = 2;
  const std::vector<sweep::Trial> alone = whole("alone");
  // Another process has the first trial, and dies while this one waits for it.
  const SweepFolder shared = take("shared");
  const sweep::Trial& first = alone.front();
  std::optional<RunFolder> other = shared.claim(first.name, [&]() -> nlohmann::json {
    return {{"settings", settings_of(plan, first.values)}};
  });
  std::jthread dies([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    other.reset();
  });
  const sweep::Standing standing = sweep::run(plan, shared, digits(), {.at_once = 1});
  BOOST_TEST((results(standing.done) == alone));
}

BOOST_AUTO_TEST_CASE(a_refused_trial_does_not_refuse_those_behind_it) {
  plan.settings.epochs = 4;
  plan.halving = sweep::Halving{.eta = 2};
  plan.ahead = 1;
  plan.space = {};
  add(plan, {sweep::read_parameter("train_limit=60,80,100,100000", "--set"),
             sweep::read_parameter("lr=0.01,0.02", "--set")});
  for (const sweep::Trial& trial : whole("refused"))
    BOOST_TEST((trial.ending == sweep::Ending::refused) == (*trial.values.find("train_limit") == "100000"));
}

BOOST_AUTO_TEST_CASE(many_may_be_under_way_before_bayes_has_learnt) {
  plan.method = "bayes";
  plan.ahead = 16;
  plan.trials = 18;
  plan.space = {};
  plan.settings.epochs = 1;
  add(plan, {sweep::read_parameter("lr=1e-3..1 log", "--set")});
  BOOST_TEST(whole("bayes").size() == 18U);
}

BOOST_AUTO_TEST_CASE(bayes_chooses_the_same_trials_whatever_runs_beside_them) {
  plan.method = "bayes";
  plan.trials = 14;
  std::vector<sweep::Written> more{sweep::read_parameter("lr=1e-3..1 log", "--set")};
  plan.space = {};
  add(plan, more);
  const std::vector<sweep::Trial> trials = whole("bayes");
  BOOST_TEST((whole("bayes3", 3) == trials));
}

BOOST_AUTO_TEST_CASE(a_half_written_line_is_written_again) {
  const std::vector<sweep::Trial> trials = whole("whole");
  const sweep::SweepFolder torn = take("torn");
  sweep::run(plan, torn, digits(), {});
  const std::string text = read_file(torn.trials_file());
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  write_file(torn.trials_file(), text.substr(0, last + 20));
  BOOST_TEST(torn.trials(plan).size() == 7U);
  BOOST_TEST((results(sweep::run(plan, torn, digits(), {}).done) == trials));
  BOOST_TEST(std::ranges::count(read_file(torn.trials_file()), '\n') == 8);
  for (const std::string& line :
       {std::string("{\"trial\": 1}"), text.substr(0, text.find('\n')),
        std::regex_replace(text.substr(last), std::regex("\"name\":\"[^\"]*"), "\"name\":\"../../elsewhere"),
        std::regex_replace(text.substr(last), std::regex("\\[\"optimizer\",\"[a-z]*"),
                           "[\"optimizer\",\"other")}) {
    write_file(torn.trials_file(), text.substr(0, last) + line + "\n");
    BOOST_CHECK_EXCEPTION(torn.trials(plan), FileError, [](const FileError& error) {
      return holds(error.what(), "trials.jsonl', line 8");
    });
  }
}

BOOST_AUTO_TEST_CASE(a_folder_keeps_to_its_plan) {
  take("there");
  plan.trials = 9;
  plan.keep_best = 1;
  BOOST_TEST(take("there").plan().trials == 9U);
  plan.seed = 4;
  const fs::path path = folder / "there";
  check_refused<FileError>([&] { take("there"); },
                           "'" + path.string() +
                               "' holds a sweep of another plan: seed is 3 there and 4 here; choose another "
                               "folder with --out");
  plan.seed = 3;
  auto parameters = plan.space.parameters();
  std::ranges::reverse(parameters);
  plan.space = sweep::Space(parameters);
  check_refused<FileError>([&] { take("there"); },
                           "'" + path.string() +
                               "' holds a sweep of another plan: its parameters stand in another "
                               "order; choose another folder with --out");
  std::ranges::reverse(parameters);
  parameters.back().list.emplace_back("64");
  plan.space = sweep::Space(parameters);
  check_refused<FileError>(
      [&] { take("there"); },
      "'" + path.string() +
          "' holds a sweep of another plan: space/batch is "
          R"({"values":["16","32"]} there and {"values":["16","32","64"]} here; choose another )"
          "folder with --out");
  write_file(path / "trials.jsonl", "");
  fs::remove(path / "sweep.json");
  check_refused<FileError>(
      [&] { sweep::SweepFolder::open(path); },
      "'" + path.string() +
          "' is no folder of a sweep: it has no sweep.json; name one that `gradus sweep` has "
          "made");
  check_refused<FileError>(
      [&] { take("there"); },
      "'" + path.string() +
          "' holds 'trials.jsonl' and no sweep.json: choose an empty folder, or a new one, "
          "with --out");
  // What a process that was killed has left of a beginning is no hindrance.
  fs::create_directories(folder / "begun/trials");
  write_file(folder / "begun/.lock", "");
  take("begun");
  write_file(folder / "file", "");
  check_refused<FileError>([&] { take("file"); }, "'" + (folder / "file").string() +
                                                      "' is no folder; choose another one with --out");
}

BOOST_AUTO_TEST_CASE(a_trial_that_was_trained_on_by_hand_is_not_taken) {
  const std::vector<sweep::Trial> trials = whole("sweep");
  const SweepFolder there = take("sweep");
  const fs::path trial = there.trial(trials.front().name);
  TrainSettings settings = settings_of(plan, trials.front().values);
  settings.epochs = 7;
  RunFolder::resume(trial).write_config({{"settings", settings}});
  fs::remove(there.trials_file());
  check_refused<FileError>(
      [&] { sweep::run(plan, there, digits(), {}); },
      "'" + trial.string() +
          "' was trained with other settings than the sweep's: delete that folder, and the "
          "sweep trains it again");
  fs::remove_all(trial);
  BOOST_TEST((results(sweep::run(plan, there, digits(), {}).done) == trials));
}

BOOST_AUTO_TEST_CASE(a_trial_that_cannot_be_is_recorded) {
  plan.settings.model = "cnn";
  plan.settings.channels = {2};
  std::vector<sweep::Written> written{sweep::read_parameter("kernel=5,40", "--set")};
  plan.space = {};
  add(plan, written);
  const std::vector<sweep::Trial> trials = whole("small");
  BOOST_TEST_REQUIRE(trials.size() == 2U);
  const sweep::Trial& refused = trials[*trials[0].values.find("kernel") == "40" ? 0 : 1];
  BOOST_TEST((refused.ending == sweep::Ending::refused));
  BOOST_TEST(holds(refused.message, "40"));
}

BOOST_AUTO_TEST_CASE(the_best_weights_are_judged_where_they_are_kept) {
  plan.settings.keep = "best";
  for (const sweep::Trial& trial : whole("best"))
    if (trial.result() != nullptr) BOOST_TEST((trial.result() == &*trial.best));
}

BOOST_AUTO_TEST_CASE(a_screen_tells_how_far_a_sweep_is) {
  sweep::Standing standing{10, {}, {{"0001-lr_1e-3", 40, 80, 0.5}, {"0002-lr_1e-4"}}};
  const auto start = Progress::Clock::now();
  const sweep::SweepScreen screen({.file = nullptr}, start);
  sweep::Trial trial;
  trial.name = "0000-lr_0.1";
  trial.last = sweep::Score{80, 3, 0.5, 0.75};
  standing.done.push_back(trial);
  trial.ending = sweep::Ending::diverged;
  BOOST_TEST(sweep::endings_text({trial}) == "0 done, 1 diverged");
  const std::vector<std::string> expected{"1 of 10 trials: 1 done  6.0 a minute  1:30 left",
                                          "best  75.00 %  0000-lr_0.1", " 50 %  50.00 %  0001-lr_1e-3",
                                          "  0 %           0002-lr_1e-4"};
  BOOST_TEST((screen.lines(standing, start + std::chrono::seconds(10), 80) == expected));
  for (const std::string& line : screen.lines(standing, start, 20)) BOOST_TEST(line.size() <= 20U);
}

BOOST_AUTO_TEST_SUITE_END()
