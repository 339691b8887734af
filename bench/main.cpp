// What bench.py measures with: a program that times one thing at a time as it is told, line by line.
//
//   gradus-bench [--threads 1,2]
//
// reads commands from its input and answers each with a line of JSON, {"error": …} where it could not:
//
//   list                     what there is: subjects and their contenders, compiler, libraries
//   run NAME MILLISECONDS    NAME is subject/contender/threads: µs of each call in about that time
//   mistakes                 verification refuses networks with a mistake each
//   costs                    memory of compiled steps, and how often a step asks for more
//   quit

#include <dnnl.h>
#include <fmt/format.h>
#include <omp.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "catalogue.hpp"
#include "costs.hpp"
#include "reference.hpp"
#include "roofline.hpp"
#include "team.hpp"

namespace {

using namespace gradus::bench;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

#ifdef __clang__
constexpr const char* compiler = "Clang " __clang_version__;
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

class Server {
 public:
  explicit Server(const std::vector<int>& threads) : subjects_(catalogue(threads)) {}

  json answer(const std::string& line) {
    std::istringstream words(line);
    std::string command, name;
    double milliseconds = 0;
    words >> command;
    if (command == "list") return list();
    if (command == "mistakes") {
      verify_that_mistakes_are_found();
      return {{"found", true}};
    }
    if (command == "costs") return costs();
    if (command == "run" && std::getline(words >> std::ws, name)) {
      const std::size_t space = name.rfind(' ');
      if (space != std::string::npos) {
        milliseconds = std::stod(name.substr(space));
        name.resize(space);
      }
      return run(name, milliseconds);
    }
    throw std::runtime_error(
        fmt::format("'{}' is none of list, run NAME MILLISECONDS, mistakes, costs, quit", line));
  }

 private:
  static std::string name_of(const Subject& subject, const Entry& entry) {
    return fmt::format("{}/{}/{}", subject.name, entry.contender, entry.threads);
  }

  json list() const {
    json subjects = json::array();
    for (const Subject& subject : subjects_) {
      json entries = json::array();
      for (const Entry& entry : subject.entries)
        entries.push_back(
            {{"name", name_of(subject, entry)}, {"contender", entry.contender}, {"threads", entry.threads}});
      json line{{"name", subject.name},
                {"description", subject.description},
                {"flops", subject.flops},
                {"bytes", subject.bytes},
                {"entries", entries}};
      if (const Workload* n = subject.network)
        line["network"] = {{"sizes", n->sizes},          {"activation", to_string(n->activation)},
                           {"rule", to_string(n->rule)}, {"batch", n->batch},
                           {"training", n->training},    {"learning_rate", n->learning_rate()}};
      subjects.push_back(line);
    }
    const dnnl_version_t* v = dnnl_version();
    return {{"subjects", subjects},
            {"peak_flops", peak_flops()},
            {"compiler", compiler},
            {"versions",
             {{"oneDNN", fmt::format("{}.{}.{}", v->major, v->minor, v->patch)},
              {"Eigen",
               fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)}}}};
  }

  /// The first call of a turn brings the contender's memory back into the caches, and the first milliseconds
  /// let the threads of whoever was timed before go to sleep.
  json run(const std::string& name, double milliseconds) {
    const Made& contender = made(name);
    const auto& step = contender.step;
    std::optional<FirstProcessor> stays;
    if (contender.team) stays.emplace();
    const auto until = [](Clock::duration time, const auto& act) {
      const auto end = Clock::now() + time;
      do act();
      while (Clock::now() < end);
    };
    until(std::chrono::milliseconds(5), step);
    std::vector<double> times;
    until(std::chrono::microseconds(static_cast<std::int64_t>(1000 * milliseconds)), [&] {
      const auto start = Clock::now();
      step();
      times.push_back(microseconds(Clock::now() - start));
    });
    return {{"us", times}};
  }

  struct Made {
    std::function<void()> step;
    bool team;
  };

  const Made& made(const std::string& name) {
    if (const auto found = made_.find(name); found != made_.end()) return found->second;
    for (const Subject& subject : subjects_)
      for (const Entry& entry : subject.entries)
        if (name_of(subject, entry) == name)
          return made_.emplace(name, Made{entry.make(), entry.team}).first->second;
    throw std::runtime_error(fmt::format("there is no '{}': see list", name));
  }

  std::vector<Subject> subjects_;
  std::map<std::string, Made> made_;
};

std::vector<int> threads_of(int argc, char** argv) {
  std::vector<int> threads;
  if (argc == 3 && std::string(argv[1]) == "--threads") {
    std::istringstream words(argv[2]);
    for (std::string word; std::getline(words, word, ',');) threads.push_back(std::stoi(word));
  }
  if (threads.empty() && argc == 1) threads = {1, 2};
  if (threads.empty()) throw std::runtime_error("usage: gradus-bench [--threads 1,2]");
  return threads;
}

}  // namespace

int main(int argc, char** argv) try {
  omp_set_num_threads(1);
  Server server(threads_of(argc, argv));
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    json answer;
    try {
      answer = server.answer(line);
    } catch (const std::exception& error) {
      answer = {{"error", error.what()}};
    }
    std::cout << answer.dump() << std::endl;
  }
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "gradus-bench: {}\n", error.what());
  return 1;
}
