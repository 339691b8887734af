#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

using namespace gradus;
using namespace gradus::test;
using nlohmann::json;

namespace {

struct Killed : test::Program {
  /// Waits until something is so, a minute at most.
  template <class Condition>
  static void wait_until(const Condition& condition) {
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition() && std::chrono::steady_clock::now() < late)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    BOOST_TEST_REQUIRE(condition());
  }

  /// Whether metrics.csv of a run has so many bytes.
  auto has_metrics(const std::string& name, std::uintmax_t bytes) const {
    return [metrics = folder / name / "metrics.csv", bytes] {
      std::error_code code;
      const std::uintmax_t size = fs::file_size(metrics, code);
      return !code && size >= bytes;
    };
  }

  std::vector<std::string> resume(const std::string& name) const {
    return {"train", "mlp", "--resume", path(name), "--threads", "1"};
  }

  bool same(const std::string& a, const std::string& b) const {
    return contents(a + "/checkpoint.safetensors") == contents(b + "/checkpoint.safetensors") &&
           contents(a + "/metrics.csv") == contents(b + "/metrics.csv");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(durability, Killed)

BOOST_AUTO_TEST_CASE(two_processes_never_train_one_run) {
  const fs::path other = folder / "other";
  fs::create_directory(other);
  const std::string refused =
      "'" + path("run") +
      "' is being trained by another process; wait until that has ended or stop it, or choose another folder "
      "with --out";
  {
    Process first(GRADUS_PROGRAM, small_run("run", {"--epochs", "1000000", "--log-every", "1"}), other);
    wait_until(has_metrics("run", 1000));
    refuses(small_run("run"), refused);
    refuses(resume("run"), refused);
    BOOST_TEST(gradus({"evaluate", path("run")}).code == 0);
    BOOST_TEST(gradus({"report", path("run")}).code == 0);
    first.send(SIGKILL);
    first.wait();
  }
  Process second(GRADUS_PROGRAM, resume("run"), other);
  wait_until([&] { return !contents("other/stdout").empty(); });
  refuses(resume("run"), refused);
  second.send(SIGTERM);
  BOOST_TEST(second.wait().code == 130);
  BOOST_TEST(!fs::exists(folder / "run" / ".lock"));
}

BOOST_AUTO_TEST_CASE(of_two_that_begin_at_once_one_is_refused) {
  const fs::path other = folder / "other";
  fs::create_directory(other);
  gradus(small_run("whole"));
  for (int i = 0; i < 5; ++i) {
    const std::string name = "run" + std::to_string(i);
    Process first(GRADUS_PROGRAM, small_run(name), folder);
    Process second(GRADUS_PROGRAM, small_run(name), other);
    const int a = first.wait().code;
    const int b = second.wait().code;
    BOOST_TEST(std::min(a, b) == 0);
    BOOST_TEST(std::max(a, b) == 1);
    BOOST_TEST(same(name, "whole"));
  }
}

BOOST_AUTO_TEST_CASE(a_folder_with_settings_alone_is_gone_on_with_from_the_first_step) {
  gradus(small_run("whole"));
  fs::create_directory(folder / "run");
  fs::copy(path("whole/config.json"), path("run/config.json"));
  const ProcessResult said = gradus(resume("run"));
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err.starts_with("'" + path("run") +
                                  "' has no checkpoint yet: the run begins with its first step\n"));
  BOOST_TEST(same("run", "whole"));
}

BOOST_AUTO_TEST_CASE(a_folder_with_nothing_but_leftovers_can_be_used) {
  fs::create_directory(folder / "run");
  write_file(folder / "run" / ".lock", "");
  write_file(folder / "run" / ".gradus-0123456789abcdef.part", "half");
  BOOST_TEST(gradus(small_run("run")).code == 0);
  BOOST_TEST(!fs::exists(folder / "run" / ".gradus-0123456789abcdef.part"));
}

BOOST_AUTO_TEST_CASE(reports_that_a_killed_run_lacks_are_made_by_going_on) {
  gradus(small_run("run"));
  const json report = json::parse(contents("run/report.json"));
  const auto judged = [&] {
    const json again = json::parse(contents("run/report.json"));
    for (const char* split : {"train", "validation", "test"}) BOOST_TEST((again[split] == report[split]));
    BOOST_TEST((again["iterations"] == report["iterations"]));
    BOOST_TEST(fs::exists(folder / "run" / "report.html"));
  };
  fs::remove(folder / "run" / "report.json");
  const ProcessResult said = gradus(resume("run"));
  BOOST_TEST(said.code == 0);
  BOOST_TEST(holds(said.out, "10 iterations, seed 0, "));
  BOOST_TEST(holds(said.out, " since iteration 10, no step timed, 1 thread"));
  judged();
  // The report of an earlier end of the run is not this one's.
  json older = report;
  older["iterations"] = 5;
  write_file(folder / "run" / "report.json", older.dump());
  BOOST_TEST(gradus(resume("run")).code == 0);
  judged();
  fs::remove(folder / "run" / "report.html");
  const std::string kept = contents("run/report.json");
  const ProcessResult page = gradus(resume("run"));
  BOOST_TEST(page.code == 0);
  BOOST_TEST(page.out.ends_with(path("run/report.html") + "\n"));
  BOOST_TEST(contents("run/report.json") == kept);
  judged();
  refuses(resume("run"),
          "the run " + path("run") + " has finished its 2 epochs; give --epochs a larger number to go on");
}

BOOST_AUTO_TEST_CASE(killed_in_its_only_epoch_it_goes_on_from_where_it_was_saved) {
  const std::vector<std::string> one_epoch{"--epochs",    "1", "--batch",      "1", "--hidden", "32",
                                           "--log-every", "1", "--save-every", "3"};
  gradus(small_run("whole", one_epoch));
  {
    Process process(GRADUS_PROGRAM, small_run("run", one_epoch), folder);
    wait_until(has_metrics("run", 1500));
    process.send(SIGKILL);
    BOOST_TEST_REQUIRE(process.wait().code == 128 + SIGKILL);
  }
  std::vector<std::string> words = resume("run");
  words.insert(words.end(), {"--save-every", "1h"});
  BOOST_TEST(gradus(words).code == 0);
  BOOST_TEST(json::parse(contents("run/report.json"))["time"]["resumed_at"].get<int>() > 0);
  BOOST_TEST(json::parse(contents("run/config.json"))["settings"]["save_every"] == "1h");
  BOOST_TEST(same("run", "whole"));
}

BOOST_AUTO_TEST_CASE(a_damaged_checkpoint_is_told_of) {
  gradus(small_run("whole"));
  gradus(small_run("run"));
  const fs::path checkpoint = folder / "run" / "checkpoint.safetensors";
  std::string bytes = read_file(checkpoint);
  bytes.replace(4096, 4096, 4096, '\0');
  std::ofstream(checkpoint, std::ios::binary) << bytes;
  const std::string damaged = "cannot read '" + checkpoint.string() +
                              "' as safetensors: its bytes do not have the checksum that it says; the file "
                              "is damaged, or was changed "
                              "by a program that kept the old checksum";
  refuses({"evaluate", path("run")},
          damaged + ". The checkpoint before it may be whole: gradus train mlp --resume " + path("run"));
  const ProcessResult said = gradus(resume("run"));
  BOOST_TEST(said.code == 0);
  BOOST_TEST(
      said.err.starts_with(damaged + ". The run goes on from the checkpoint before it, of iteration 5\n"));
  BOOST_TEST(same("run", "whole"));
}

BOOST_AUTO_TEST_CASE(a_signal_while_the_page_is_drawn_ends_the_program_and_says_how_to_have_it) {
  write_file(folder / "bin" / "gnuplot", "#!/bin/sh\n: > " + path("bin/started") + "\nexec sleep 15\n");
  ::chmod(path("bin/gnuplot").c_str(), 0755);
  const test::Variable slow("PATH", path("bin") + ":/usr/bin:/bin");
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    const std::string name = "run" + std::to_string(signal);
    fs::remove(folder / "bin" / "started");
    Process process(GRADUS_PROGRAM, small_run(name, {"--quiet"}), folder);
    wait_until([&] { return fs::exists(folder / "bin" / "started"); });
    const auto before = std::chrono::steady_clock::now();
    process.send(signal);
    const ProcessResult said = process.wait();
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(10)));
    BOOST_TEST(said.code == 130);
    BOOST_TEST(
        said.err ==
        "stopped; the network and its results are saved. Write the page about them with: gradus report " +
            path(name) + "\n");
    BOOST_TEST(fs::exists(folder / name / "report.json"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
