// gradus train --profile.
#include <gradus/base/utf8.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/terminal.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

using namespace gradus;
using namespace gradus::test;
using nlohmann::json;

namespace {

/// The first numbers of the lines of a table, whose last line is their sum.
struct Shares {
  double lines = 0;
  double whole = 0;

  Shares(const std::string& text, const std::string& head) {
    std::istringstream in(text.substr(text.find("\n" + head) + 1));
    static const std::regex share(R"(  ([0-9]+\.[0-9])  +[0-9]+\.[0-9])");
    std::string line;
    while (std::getline(in, line) && !line.empty()) {
      std::smatch found;
      if (!std::regex_search(line, found, share)) continue;
      lines += whole;
      whole = std::stod(found[1]);
    }
  }
};

/// Complete events of a lane, in the order of their beginnings.
struct Event {
  std::string name;
  std::string category;
  double begin;
  double end;
};
std::vector<Event> lane(const json& trace, int thread) {
  std::vector<Event> events;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == "X" && event["tid"] == thread)
      events.push_back(
          {event["name"], event["cat"], event["ts"], event["ts"].get<double>() + event["dur"].get<double>()});
  std::ranges::stable_sort(events, {}, &Event::begin);
  return events;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(profile_of_training, test::Program)

BOOST_AUTO_TEST_CASE(no_bit_of_the_run_changes) {
  for (const char* threads : {"1", "2"}) {
    const std::string plain = std::string("plain") + threads;
    const std::string measured = std::string("measured") + threads;
    BOOST_TEST_REQUIRE(gradus(small_run(plain, {"--threads", threads})).code == 0);
    const ProcessResult said = gradus(small_run(measured, {"--threads", threads, "--profile"}));
    BOOST_TEST_REQUIRE(said.code == 0);
    BOOST_TEST(contents(plain + "/metrics.csv") == contents(measured + "/metrics.csv"));
    BOOST_TEST(contents(plain + "/checkpoint.safetensors") == contents(measured + "/checkpoint.safetensors"));
    // Two epochs of 5 steps: the tenth that warms up is one.
    BOOST_TEST(said.out.find("Profile of 9 steps, after 1 to warm up, on " + std::string(threads) +
                             " thread") != std::string::npos);
    BOOST_TEST(!fs::exists(folder / plain / "trace.json"));
  }
}

BOOST_AUTO_TEST_CASE(the_lines_add_up) {
  for (const char* threads : {"1", "2"}) {
    const ProcessResult said = gradus(small_run(threads, {"--threads", threads, "--profile"}));
    const Shares shares(said.out, "stage: ops ");
    BOOST_TEST(shares.whole == 100);
    // Each line is rounded to a tenth.
    BOOST_TEST(std::abs(shares.lines - 100) < 3);
  }
}

BOOST_AUTO_TEST_CASE(a_trace_has_a_lane_for_each_thread) {
  BOOST_TEST_REQUIRE(
      gradus(small_run("run", {"--threads", "2", "--epochs", "4", "--profile", "--quiet"})).code == 0);
  const json trace = json::parse(contents("run/trace.json"));
  std::set<std::string> named;
  for (const json& event : trace["traceEvents"]) {
    BOOST_TEST((event["ph"] == "X" || event["ph"] == "M"));
    BOOST_TEST(event["pid"] == 1);
    if (event["ph"] == "X") {
      BOOST_TEST(event["ts"].get<double>() >= 0);
      BOOST_TEST(event["dur"].get<double>() >= 0);
    } else {
      named.insert(event["name"].get<std::string>());
    }
  }
  BOOST_TEST((named == std::set<std::string>{"process_name", "thread_name", "thread_sort_index"}));

  const std::vector<Event> loop = lane(trace, 0);
  std::vector<Event> steps;
  for (const Event& event : loop)
    if (event.name == "step") steps.push_back(event);
  BOOST_TEST_REQUIRE(steps.size() == 5U);
  BOOST_TEST(loop.front().name == "next batch");
  BOOST_TEST(loop.front().begin == 0);
  // Events of a lane lie within one another or apart; stages lie within a step.
  std::size_t stages = 0;
  for (const int thread : {0, 1})
    for (const Event& event : lane(trace, thread)) {
      if (event.category == "loop") continue;
      ++stages;
      BOOST_TEST(std::ranges::any_of(steps, [&](const Event& step) {
        return event.begin >= step.begin - 0.01 && event.end <= step.end + 0.01;
      }));
    }
  BOOST_TEST(stages > 5 * 5U);
  for (std::size_t k = 1; k < steps.size(); ++k) BOOST_TEST(steps[k].begin >= steps[k - 1].end);
  const auto product = std::ranges::find_if(
      trace["traceEvents"], [](const json& event) { return event["name"] == "matmul hidden1/matmul"; });
  BOOST_TEST_REQUIRE((product != trace["traceEvents"].end()));
  BOOST_TEST((*product)["cat"] == "forward");
  BOOST_TEST((*product)["args"]["shape"] == "(batch, 8)");
  BOOST_TEST((*product)["args"]["operations"] == 2 * 16 * 784 * 8);
}

BOOST_AUTO_TEST_CASE(a_resumed_run_is_measured_too) {
  BOOST_TEST_REQUIRE(gradus(small_run("run")).code == 0);
  const ProcessResult said = gradus({"train", "mlp", "--resume", path("run"), "--epochs", "3", "--profile"});
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.out.find("Profile of 5 steps, after 0 to warm up") != std::string::npos);
  BOOST_TEST(json::parse(contents("run/trace.json")).contains("traceEvents"));
}

BOOST_AUTO_TEST_CASE(a_run_without_a_step_left_says_so) {
  BOOST_TEST_REQUIRE(gradus(small_run("run")).code == 0);
  fs::remove(folder / "run/report.html");
  const ProcessResult said = gradus({"train", "mlp", "--resume", path("run"), "--profile"});
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err ==
             "no step was measured for --profile: the run took none, or none but those that warm up\n");
  BOOST_TEST(!fs::exists(folder / "run/trace.json"));
}

BOOST_AUTO_TEST_CASE(tables_are_as_wide_as_the_terminal) {
  const Terminal terminal(110);
  const ProcessResult said =
      gradus(small_run("run", {"--threads", "2", "--profile", "--quiet"}), {.out = terminal.path()});
  BOOST_TEST(said.code == 0);
  std::istringstream in(terminal.text());
  for (std::string line; std::getline(in, line);)
    if (line.find(path("run")) == std::string::npos) BOOST_TEST(display_width(line) <= 111U, line);
}

BOOST_AUTO_TEST_SUITE_END()
