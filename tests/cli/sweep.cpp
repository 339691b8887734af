#include <gradus/base/philox.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

using namespace gradus;
using namespace gradus::test;

namespace {

struct SweepProgram : Program {
  /// Twelve trials of a few steps, with 20 of the 120 images for validation.
  std::string plan_file() const {
    write_file(folder / "plan.yaml",
               "settings: {validation: 20, epochs: 8, batch: 8}\n"
               "space:\n  lr: 1e-3..1e-1 log\n  hidden: [8, 8x2]\n"
               "trials: 12\n");
    return path("plan.yaml");
  }

  std::vector<std::string> planned(const std::string& name, int at_once) const {
    return {"sweep", plan_file(), "--data",    set.string(),
            "--out", path(name),  "--at-once", std::to_string(at_once)};
  }

  /// What trials.jsonl tells, in the order of the trials and without what a clock told.
  std::vector<nlohmann::json> results(const std::string& name) const {
    std::vector<nlohmann::json> trials;
    const std::string text = contents(name + "/trials.jsonl");
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      trials.push_back(nlohmann::json::parse(text.substr(at, text.find('\n', at) - at)));
    for (auto& trial : trials) trial.erase("seconds");
    std::ranges::sort(trials, {}, [](const nlohmann::json& trial) { return trial["trial"].get<int>(); });
    return trials;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sweeps, SweepProgram)

BOOST_AUTO_TEST_CASE(a_sweep_says_what_is_best_and_how_to_have_it_again) {
  const ProcessResult said = gradus(planned("one", 2));
  BOOST_TEST_REQUIRE(said.code == 0);
  BOOST_TEST(holds(said.out, path("one") + ": 12 of 12 trials have ended: 12 done\n"));
  BOOST_TEST(holds(said.err, "12/12  "));
  BOOST_TEST(results("one").size() == 12U);
  const std::size_t best = said.out.find("\nThe best, ");
  BOOST_TEST_REQUIRE(best != std::string::npos);
  const std::string name = said.out.substr(best + 11, said.out.find(':', best) - best - 11);
  BOOST_TEST(fs::exists(folder / "one/trials" / name / "report.html"));
  BOOST_TEST(holds(said.out, "The same again: gradus train mlp "));
  // Its network is one like any other.
  BOOST_TEST(gradus({"evaluate", path("one/trials/" + name)}).code == 0);

  const ProcessResult status = gradus({"sweep", "--status", path("one")});
  BOOST_TEST(status.code == 0);
  BOOST_TEST(said.out.starts_with(status.out));
  // The same command has nothing left to train, and says the same.
  const ProcessResult again = gradus(planned("one", 2));
  BOOST_TEST(again.code == 0);
  BOOST_TEST(again.out == said.out);
}

BOOST_AUTO_TEST_CASE(kills_lose_nothing_but_what_was_running) {
  BOOST_TEST_REQUIRE(gradus(planned("whole", 1)).code == 0);
  const auto whole = results("whole");
  const Streams silent{"/dev/null", "/dev/null", "/dev/null"};
  int folders = 0;
  for (const auto& [at_once, processes] : {std::pair(1, 1), std::pair(4, 1), std::pair(2, 2)}) {
    const std::string name = "killed" + std::to_string(++folders);
    Philox chance(1, 1, static_cast<std::uint64_t>(folders));
    for (int kill = 0; kill < 10; ++kill) {
      std::vector<std::unique_ptr<Process>> running;
      for (int i = 0; i < processes; ++i)
        running.push_back(std::make_unique<Process>(GRADUS_PROGRAM, planned(name, at_once), folder, silent));
      std::this_thread::sleep_for(std::chrono::duration<double>(chance.uniform(0, 0.2)));
      // Gone with SIGKILL.
    }
    std::vector<std::unique_ptr<Process>> last;
    for (int i = 0; i < processes; ++i)
      last.push_back(std::make_unique<Process>(GRADUS_PROGRAM, planned(name, at_once), folder, silent));
    for (const auto& process : last) BOOST_TEST(process->wait().code == 0);
    BOOST_TEST((results(name) == whole));
  }
}

BOOST_AUTO_TEST_CASE(a_sweep_stops_at_a_signal) {
  auto words = planned("stopped", 2);
  words.insert(words.end(), {"--trials", "500"});
  Process process(GRADUS_PROGRAM, words, folder);
  while (!fs::exists(folder / "stopped/trials.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.send(SIGINT);
  const ProcessResult said = process.wait();
  BOOST_TEST(said.code == 130);
  BOOST_TEST(holds(gradus({"sweep", "--status", path("stopped")}).out,
                   "Nobody trains it now. Go on with: gradus sweep " + path("stopped") +
                       "/sweep.json --out " + path("stopped") + "\n"));
  const ProcessResult fewer =
      gradus({"sweep", path("stopped/sweep.json"), "--out", path("stopped"), "--trials", "3"});
  BOOST_TEST(fewer.code == 0);
  BOOST_TEST(holds(said.err, "of 500 trials have ended and are kept in " + path("stopped") +
                                 ": repeat the command to go on\n"));
}

BOOST_AUTO_TEST_CASE(mistakes_are_answered_in_one_message) {
  refuses({"sweep", "--data", set.string()},
          "a sweep varies at least one parameter: give a file with a space, or --set \"lr=1e-4..1e-2 log\"");
  refuses({"sweep", "--set", "lr=fast"}, "--set \"lr=fast\": --lr takes a number, not 'fast'");
  refuses({"sweep", path("none.yaml")}, "cannot read '" + path("none.yaml") + "': No such file or directory");
  refuses({"sweep", "--status", path("none")},
          "'" + path("none") +
              "' is no folder of a sweep: it has no sweep.json; name one that `gradus sweep` has made");
  refuses({"sweep", plan_file(), "--data", set.string(), "--set", "validation=5,6"},
          "--set \"validation=5,6\": validation cannot vary: all trials of a sweep are compared on the same");
  BOOST_TEST(!fs::exists(folder / "runs"));
}

BOOST_AUTO_TEST_SUITE_END()
