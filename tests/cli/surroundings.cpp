#include <gradus/base/process.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

using Words = std::vector<std::string>;

/// Every command once, on a run called "run" that is there; those that write files write new ones.
struct Commands : test::Program {
  std::vector<Words> all() const {
    return {{"--help"},
            {"--version"},
            {"list", "ops"},
            {"describe", "mlp"},
            {"check", "tanh"},
            {"dump", "mlp", "--hidden", "3"},
            {"explain", "neuron", "--steps", "1", "-o", "page.html"},
            {"jacobian", "--hidden", "2"},
            {"show-data", "--data", "digits", "-o", "digits.svg"},
            {"evaluate", "run"},
            {"evaluate", "run", "--json"},
            {"predict", "run", "digits/t10k-images-idx3-ubyte.gz"},
            {"predict", "run", "digits/t10k-images-idx3-ubyte.gz", "--json"},
            {"report", "run"},
            {"train", "mlp", "--data", "digits", "--hidden", "8", "--epochs", "1", "--validation", "30"},
            {"experiment", "losses", "--data", "generated", "--epochs", "1", "--train-limit", "64", "--seeds",
             "1", "--hidden", "8", "--out", "losses"}};
  }

  /// What the program says that a shell starts after this.
  ProcessResult after(const std::string& preparation, const Words& arguments) const {
    Words shell{"-c", preparation + " && exec \"$@\"", "sh", GRADUS_PROGRAM};
    shell.insert(shell.end(), arguments.begin(), arguments.end());
    return Process("/bin/sh", shell, folder).wait();
  }

  /// Where the program may take so many MiB of addresses.
  ProcessResult within(int mib, const Words& arguments) const {
    return after(fmt::format("ulimit -v {}", mib << 10), arguments);
  }

  Commands() { BOOST_TEST_REQUIRE(gradus(small_run("run", {"--quiet"})).code == 0); }
};

std::string words(const Words& arguments) {
  std::string text = "gradus";
  for (const std::string& word : arguments) text += " " + word;
  return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(surroundings, Commands)

BOOST_AUTO_TEST_CASE(a_locale_that_is_not_installed) {
  const test::Variable everything("LC_ALL", "xx_YY.nonsense");
  for (const Words& command : all()) BOOST_TEST_CONTEXT(words(command)) {
      const ProcessResult said = gradus(command);
      BOOST_TEST(said.code == 0, said.err);
      BOOST_TEST(!holds(said.err, "locale"));
    }
  BOOST_TEST(fs::exists(folder / "run" / "plots" / "loss-epochs.svg") == has_program("gnuplot"));
}

BOOST_AUTO_TEST_CASE(started_by_what_wants_to_hear_of_no_child) {
  const ProcessResult said = after("trap '' CHLD", {"report", "run"});
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(said.err.empty(), said.err);
  BOOST_TEST(fs::exists(folder / "run" / "plots" / "loss-epochs.svg") == has_program("gnuplot"));
}

BOOST_AUTO_TEST_CASE(output_that_is_lost_is_a_failure) {
  const std::string message = "gradus: cannot write to the standard output: No space left on device\n";
  for (const Words& command : all()) BOOST_TEST_CONTEXT(words(command)) {
      const ProcessResult said = gradus(command, {.out = "/dev/full"});
      // This one says on stderr what it has written, and prints nothing.
      const bool prints = command.front() != "explain";
      BOOST_TEST(said.code == (prints ? 1 : 0));
      if (prints) BOOST_TEST(said.err.ends_with(message), said.err);
      fs::remove_all(folder / "losses");
    }
}

BOOST_AUTO_TEST_CASE(a_full_stderr_stops_nothing) {
  for (const Words& command : all()) BOOST_TEST_CONTEXT(words(command)) {
      BOOST_TEST(gradus(command, {.err = "/dev/full"}).code == 0);
      fs::remove_all(folder / "losses");
    }
  BOOST_TEST(gradus({"nonsense"}, {.err = "/dev/full"}).code == 2);
  BOOST_TEST(gradus({"evaluate", "nowhere"}, {.err = "/dev/full"}).code == 1);
  BOOST_TEST(gradus({"list", "ops"}, {.out = "/dev/full", .err = "/dev/full"}).code == 1);
}

BOOST_AUTO_TEST_CASE(closed_streams_are_no_files_of_the_run) {
  const std::vector<std::string> each_step{"--log-every", "1", "--epochs", "1"};
  BOOST_TEST(gradus(small_run("open", each_step)).code == 0);
  for (int closed = 1; closed < 8; ++closed) BOOST_TEST_CONTEXT(closed) {
      Streams streams;
      if ((closed & 1) != 0) streams.in.reset();
      if ((closed & 2) != 0) streams.out.reset();
      if ((closed & 4) != 0) streams.err.reset();
      const std::string name = fmt::format("closed{}", closed);
      BOOST_TEST(gradus(small_run(name, each_step), streams).code == 0);
      BOOST_TEST(contents(name + "/metrics.csv") == contents("open/metrics.csv"));
    }
  BOOST_TEST(gradus({"train", "mlp", "--resume", "closed7", "--epochs", "2"}).code == 0);
}

// From what the program alone takes to what is enough, the kernels of the matrix product among the rest.
BOOST_AUTO_TEST_CASE(little_memory_is_one_message) {
  int enough_to_start = 4096;
  // A sanitizer takes more than any machine has.
  if (within(enough_to_start, {"list", "ops"}).code != 0) return;
  for (int step = enough_to_start / 2; step > 0; step /= 2)
    if (within(enough_to_start - step, {"list", "ops"}).code == 0) enough_to_start -= step;
  int refused = 0;
  for (int mib = enough_to_start; mib < enough_to_start + 32; ++mib) BOOST_TEST_CONTEXT(mib << " MiB") {
      const ProcessResult said = within(mib, {"evaluate", "run"});
      if (said.code == 0) continue;
      ++refused;
      BOOST_TEST(said.code == 1);
      BOOST_TEST((said.err.starts_with("gradus: ") && holds(said.err, "memory")), said.err);
      // A build that counts lines has no memory to write its counts either.
      const std::string_view message =
          std::string_view(said.err).substr(0, said.err.find("LLVM Profile Error"));
      BOOST_TEST(message.find('\n') == message.size() - 1);
    }
  BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_SUITE_END()
