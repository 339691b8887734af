#pragma once

#include <gradus/data/generated.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/tests/support/process.hpp>

#include <algorithm>
#include <utility>

namespace gradus::test {

/// The program, with nothing of the user's around it: no data, no cache. `set` is a folder with 120 + 40
/// digits.
struct Program : Surroundings {
  fs::path set = folder / "digits";

  Program() {
    const data::TrainTest digits = data::generated_digits({.seed = 1, .train = 120, .test = 40});
    write_set(set, {images(digits.train), labels(digits.train), images(digits.test), labels(digits.test)});
  }

  /// Runs the program in the test's folder.
  ProcessResult gradus(const std::vector<std::string>& arguments, const Streams& streams = {}) const {
    return Process(GRADUS_PROGRAM, arguments, folder, streams).wait();
  }

  /// A run that takes a moment: 90 + 30 of the digits, 6 steps an epoch; `more` goes before what it has.
  std::vector<std::string> small_run(const std::string& name,
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"train", "mlp", "--data", set.string(), "--out", path(name)};
    words.insert(words.end(), more.begin(), more.end());
    const std::vector<std::pair<std::string, std::string>> usual{
        {"--hidden", "8"}, {"--batch", "16"}, {"--epochs", "2"}, {"--validation", "30"}, {"--threads", "1"}};
    for (const auto& [flag, value] : usual)
      if (!has(more, flag) && !(flag == "--hidden" && has(more, "--layers")))
        words.insert(words.end(), {flag, value});
    return words;
  }

  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::string contents(const std::string& name) const { return read_file(folder / name); }

  /// Checks that the program refuses this, with this exit code and only this to say.
  void refuses(const std::vector<std::string>& arguments, const std::string& message, int code = 1) const {
    const ProcessResult said = gradus(arguments);
    BOOST_TEST(said.code == code);
    BOOST_TEST(said.err == "gradus: " + message + "\n");
    BOOST_TEST(said.out == "");
  }

 private:
  static bool has(const std::vector<std::string>& words, const std::string& flag) {
    return std::find(words.begin(), words.end(), flag) != words.end();
  }
  static std::string images(const data::Dataset& digits) {
    const std::string pixels(digits.pixels.begin(), digits.pixels.end());
    return idx(8, {static_cast<std::uint32_t>(digits.size()), 28, 28}, pixels);
  }
  static std::string labels(const data::Dataset& digits) {
    return idx(8, {static_cast<std::uint32_t>(digits.size())},
               std::string(digits.labels.begin(), digits.labels.end()));
  }
};

}  // namespace gradus::test
