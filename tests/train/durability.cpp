#include <gradus/tests/support/system_calls.hpp>
#include <gradus/tests/train/runs.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Runs whose process is killed.
struct KilledRuns : Runs {
  /// Does something in a process of its own; whether that was killed.
  template <class Action>
  static bool killed(const Action& action) {
    const pid_t child = ::fork();
    if (child == 0) {
      action();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

  fs::path checkpoint(const std::string& name) const { return folder / name / "checkpoint.safetensors"; }
  fs::path previous(const std::string& name) const {
    return folder / name / "checkpoint.previous.safetensors";
  }

  /// What a trainer that goes on with a run has to say.
  std::vector<std::string> notes(const TrainSettings& settings, const std::string& name) const {
    const data::Split split = data::split(digits().train, {settings.validation, settings.train_limit});
    return Trainer(settings, digits(), split, RunFolder::resume(folder / name), true).notes();
  }

  /// A bit in the last tensor.
  static void damage(const fs::path& path) {
    std::string contents = read_file(path);
    contents[contents.size() - 100] = static_cast<char>(contents[contents.size() - 100] ^ 1);
    std::ofstream(path, std::ios::binary) << contents;
  }
  static std::string damaged(const fs::path& path) {
    return "cannot read '" + path.string() +
           "' as safetensors: its bytes do not have the checksum that it says; the file is damaged, or was "
           "changed by a program that kept the old checksum";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(durability, KilledRuns)

BOOST_AUTO_TEST_CASE(killed_before_any_call_of_the_system_it_goes_on_to_the_same_bits) {
  TrainSettings settings = small_run();
  settings.epochs = 2;
  settings.save_every = "2";
  const RunFiles whole = this->whole(settings, "whole");
  int calls = 0;
  for (bool alive = false; !alive; ++calls) BOOST_TEST_CONTEXT("killed before call " << calls) {
      const std::string name = std::to_string(calls);
      alive = !killed([&] {
        system_calls().kill_before(calls);
        train(settings, name);
      });
      const bool begun = fs::exists(folder / name / "config.json");
      if (!alive) BOOST_TEST(train(settings, name, begun).finished);
      BOOST_TEST(files(name) == whole);
      std::set<std::string> left;
      for (const auto& entry : fs::directory_iterator(folder / name)) left.insert(entry.path().filename());
      BOOST_TEST((left == std::set<std::string>{"config.json", "metrics.csv", "checkpoint.safetensors",
                                                "checkpoint.previous.safetensors"}));
    }
  BOOST_TEST(calls > 50);
}

BOOST_AUTO_TEST_CASE(how_often_it_is_saved_changes_no_bit) {
  TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  for (const char* every : {"1", "3", "1000", "1s"}) BOOST_TEST_CONTEXT("every " << every) {
      settings.save_every = every;
      BOOST_TEST(this->whole(settings, every) == whole);
    }
}

BOOST_AUTO_TEST_CASE(a_run_of_one_epoch_loses_only_what_came_since_it_was_saved) {
  TrainSettings settings = small_run();
  settings.epochs = 1;
  const RunFiles whole = this->whole(settings, "whole");
  for (const auto& [text, from] : {std::pair("2", 4), std::pair("5", 5), std::pair("1h", 0)}) {
    const std::string every = text;
    settings.save_every = every;
    BOOST_TEST(killed([&] { train(settings, every, false, 6, [] { ::raise(SIGKILL); }); }));
    BOOST_TEST(train(settings, every, true).resumed_at == from);
    BOOST_TEST(files(every) == whole);
  }
}

BOOST_AUTO_TEST_CASE(a_time_between_saves_is_waited_for) {
  TrainSettings settings = small_run();
  settings.save_every = "1s";
  BOOST_TEST(killed([&] {
    train(
        settings, "run", false, 6, [] { ::raise(SIGKILL); },
        [](int step) {
          if (step == 3) ::usleep(1'100'000);
        });
  }));
  BOOST_TEST(train(settings, "run", true).resumed_at == 4);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_and_the_lines_before_it_are_on_disk_before_it_has_its_name) {
  TrainSettings settings = small_run();
  settings.epochs = 1;
  system_calls().record();
  train(settings, "run");
  const std::vector<std::string> calls = system_calls().recorded();
  std::vector<std::string> around;
  // The file beside has another name each time.
  for (std::string call : calls) {
    for (std::size_t at; (at = call.find(".gradus-")) != call.npos;) call.replace(at, 29, "PART");
    // A file is written in as many pieces as it has.
    if (around.empty() || around.back() != call) around.push_back(call);
  }
  const std::string run = (folder / "run").string();
  const std::vector<std::string> save{"write " + run + "/metrics.csv",
                                      "fsync " + run + "/metrics.csv",
                                      "write " + run + "/PART",
                                      "fsync " + run + "/PART",
                                      "link " + run + "/checkpoint.safetensors",
                                      "rename " + run + "/checkpoint.previous.safetensors",
                                      "rename " + run + "/checkpoint.safetensors",
                                      "fsync " + run};
  std::erase_if(around, [](const std::string& call) { return call.starts_with("unlink "); });
  BOOST_TEST_REQUIRE(around.size() > save.size());
  BOOST_TEST(std::vector(around.end() - static_cast<std::ptrdiff_t>(save.size()), around.end()) == save,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_told_of_and_the_one_before_it_serves) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  train(settings, "run", false, 2 * steps_an_epoch + 2);
  damage(checkpoint("run"));
  const std::vector<std::string> told{damaged(checkpoint("run")) +
                                      ". The run goes on from the checkpoint before it, of iteration 14"};
  BOOST_TEST(notes(settings, "run") == told, boost::test_tools::per_element());
  // The damaged one does not push the whole one out.
  train(settings, "run", true, 1);
  damage(checkpoint("run"));
  BOOST_TEST(notes(settings, "run") == told, boost::test_tools::per_element());
  BOOST_TEST(train(settings, "run", true).finished);
  BOOST_TEST(files("run") == whole);
  BOOST_TEST(notes(settings, "run").empty());
}

BOOST_AUTO_TEST_CASE(without_a_whole_checkpoint_it_says_what_to_delete) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  train(settings, "run", false, 2);
  damage(checkpoint("run"));
  damage(previous("run"));
  const std::string anew = " to train the run from its first step, to the same numbers";
  check_refused<FileError>([&] { train(settings, "run", true); },
                           damaged(checkpoint("run")) + ". The one before it is no better: " +
                               damaged(previous("run")) + ". Delete both" + anew);
  fs::remove(previous("run"));
  check_refused<FileError>(
      [&] { train(settings, "run", true); },
      damaged(checkpoint("run")) + "; there is no other checkpoint: delete this one" + anew);
  fs::remove(checkpoint("run"));
  const std::vector<std::string> none{"'" + (folder / "run").string() +
                                      "' has no checkpoint yet: the run begins with its first step"};
  BOOST_TEST(notes(settings, "run") == none, boost::test_tools::per_element());
  train(settings, "run", true);
  BOOST_TEST(files("run") == whole);
}

BOOST_AUTO_TEST_CASE(where_the_newest_is_missing_the_one_before_it_serves) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  train(settings, "run", false, 10);
  fs::remove(checkpoint("run"));
  BOOST_TEST(train(settings, "run", true).resumed_at == 7);
  BOOST_TEST(files("run") == whole);
}

BOOST_AUTO_TEST_CASE(lines_of_metrics_that_are_lost_are_told_of) {
  const TrainSettings settings = small_run();
  train(settings, "run", false, 11);
  const fs::path metrics = folder / "run" / "metrics.csv";
  const std::string whole = read_file(metrics);
  BOOST_TEST(notes(settings, "run").empty());
  const auto lost = [&](const std::string& kept, const std::string& where) {
    write_file(metrics, kept);
    const std::vector<std::string> told{
        "'" + metrics.string() + "' has lost lines: where the " + where +
        ". The network is not affected and the run goes on; its curves have a gap there"};
    BOOST_TEST(notes(settings, "run") == told, boost::test_tools::per_element());
  };
  const auto line = [&](const std::string& start) {
    const std::size_t at = whole.find("\n" + start) + 1;
    return std::pair(at, whole.find('\n', at) + 1 - at);
  };
  const auto [middle, length] = line("7,1,train,");
  lost(std::string(whole).erase(middle, length),
       "train line of iteration 7 should be it has one of iteration 7");
  lost(whole.substr(0, line("9,2,validation,").first), "validation line of iteration 9 should be it ends");
  lost(whole.substr(0, whole.size() - 3), "validation line of iteration 9 should be it ends");
  lost(whole.substr(0, whole.find('\n') + 1), "train line of iteration 3 should be it ends");
  BOOST_TEST(train(settings, "run", true).finished);
}

// They had no line that would fall just before the end of an epoch.
BOOST_AUTO_TEST_CASE(lines_of_runs_of_earlier_versions_are_not_taken_for_lost) {
  TrainSettings settings = small_run();
  settings.log_every = 5;
  train(settings, "run", false, 15);
  const fs::path metrics = folder / "run" / "metrics.csv";
  const std::string whole = read_file(metrics);
  const auto of_each_epoch = [](const std::string& line) {
    return line.starts_with("7,") || line.starts_with("14,");
  };
  std::string kept = whole.substr(0, whole.find('\n') + 1);
  for (std::size_t at = kept.size(); at < whole.size(); at = whole.find('\n', at) + 1)
    if (const std::string line = whole.substr(at, whole.find('\n', at) + 1 - at); of_each_epoch(line))
      kept += line;
  write_file(metrics, kept);
  BOOST_TEST(notes(settings, "run").empty());
}

BOOST_AUTO_TEST_CASE(a_stop_while_the_end_is_judged_ends_that_and_it_can_be_judged_later) {
  const TrainSettings settings = small_run();
  const RunFiles whole = this->whole(settings, "whole");
  const TrainOutcome judged = train(settings, "judged");
  for (int stop = 1; stop <= 3; ++stop) {
    // The last step, then a batch of each of two splits; validation is measured already.
    const TrainOutcome stopped = train(settings, std::to_string(stop), false, 3 * steps_an_epoch + stop);
    BOOST_TEST(stopped.finished == (stop == 3));
    BOOST_TEST(files(std::to_string(stop)) == whole);
    const TrainOutcome later = train(settings, std::to_string(stop), true);
    BOOST_TEST(later.finished);
    BOOST_TEST(later.step_us_median == 0);
    BOOST_TEST(later.train.loss == judged.train.loss);
    BOOST_TEST(later.validation.loss == judged.validation.loss);
    BOOST_TEST(later.test.loss == judged.test.loss);
    BOOST_TEST(files(std::to_string(stop)) == whole);
  }
}

BOOST_AUTO_TEST_SUITE_END()
