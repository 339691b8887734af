#include <gradus/base/process.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

using namespace gradus;
using namespace gradus::test;

BOOST_FIXTURE_TEST_SUITE(reports, test::Program)

BOOST_AUTO_TEST_CASE(of_one_run_and_of_two) {
  gradus(small_run("one"));
  fs::remove(folder / "one" / "report.html");
  const ProcessResult said = gradus({"report", path("one")});
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.out == path("one/report.html") + "\n");
  BOOST_TEST(holds(contents("one/report.html"), "Classification report"));

  gradus(small_run("two", {"--activation", "tanh"}));
  const ProcessResult both = gradus({"report", path("one"), path("two"), "-o", path("both.html")});
  BOOST_TEST(both.code == 0);
  BOOST_TEST(both.out == path("both.html") + "\n");
  BOOST_TEST(holds(contents("both.html"), ">tanh<"));
  BOOST_TEST(fs::exists(folder / "both-plots" / "validation-accuracy.svg") == has_program("gnuplot"));
}

BOOST_AUTO_TEST_CASE(of_a_folder_that_is_no_run) {
  refuses({"report", folder.string()},
          "'" + folder.string() +
              "' is no run folder: it has no config.json; name a folder that `gradus train` has made");
  gradus(small_run("one"));
  refuses({"report", path("one"), path("none")},
          "'" + path("none") +
              "' is no run folder: it does not exist; name a folder that `gradus train` has made");
}

BOOST_AUTO_TEST_CASE(without_gnuplot_the_run_is_kept_and_one_line_says_what_is_missing) {
  const test::Variable nowhere("PATH", folder.string());
  const ProcessResult said = gradus(small_run("run", {"--quiet"}));
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err ==
             "the plots were not drawn: gnuplot is not installed; install it (Debian's package "
             "gnuplot-nox); then: gradus report " +
                 path("run") + "\n");
  BOOST_TEST(holds(contents("run/report.html"), "gnuplot is not installed"));
}

BOOST_AUTO_TEST_CASE(an_experiment_says_the_figures_in_its_page_too) {
  const ProcessResult said = gradus({"experiment", "losses", "--data", set.string(), "--epochs", "1",
                                     "--train-limit", "40", "--out", path("losses"), "--quiet"});
  // 40 + 80 of the 120 digits: the 10,000 kept for validation are more than there are.
  BOOST_TEST(said.code == 1);
  BOOST_TEST(holds(said.err, "validation"));
  const ProcessResult found =
      gradus({"experiment", "losses", "--data", "generated", "--epochs", "1", "--train-limit", "64",
              "--threads", "1", "--hidden", "8", "--seeds", "2", "--out", path("losses"), "--quiet"});
  BOOST_TEST_REQUIRE(found.code == 0);
  const std::string page = contents("losses/report.html");
  for (const char* part : {"At its end the network has ", " with the squared error: "}) {
    BOOST_TEST(holds(found.out, part), part);
    BOOST_TEST(holds(page, part), part);
  }
  BOOST_TEST(holds(page, "dense 8, relu, dense 10"));
  BOOST_TEST(fs::exists(folder / "losses" / "squared-error" / "report.json"));
  BOOST_TEST(fs::exists(folder / "losses" / "squared-error-L1-1e-5-seed-1" / "report.json"));
  // By its whole name it finds those runs.
  const ProcessResult again =
      gradus({"experiment", "two-losses", "--data", "generated", "--epochs", "1", "--train-limit", "64",
              "--threads", "1", "--hidden", "8", "--seeds", "2", "--out", path("losses")});
  BOOST_TEST(again.out == found.out);
  BOOST_TEST(holds(again.err, "squared error, uniform:0.05, seed 1: is there already\n"));
  // What it varies itself is no flag of it.
  BOOST_TEST(gradus({"experiment", "losses", "--loss", "squared-error"}).code == 2);
  BOOST_TEST(holds(gradus({"experiment", "overfit", "cnn", "--help"}).out, "--channels"));
}

BOOST_AUTO_TEST_CASE(where_pytorch_cannot_be_had_the_experiment_says_what_to_do) {
  // A python3 that makes a folder for packages, and cannot fetch any.
  const std::string python = R"(#!/bin/sh
case "$*" in
  *venv*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
  *pip*) echo "no network: $*" >&2; exit 1 ;;
  *) exit 1 ;;
esac
)";
  write_file(folder / "bin" / "python3", python);
  fs::permissions(folder / "bin" / "python3", fs::perms::owner_all);
  const test::Variable path_of_programs("PATH", path("bin") + ":" + std::getenv("PATH"));
  const test::Variable cache("XDG_CACHE_HOME", path("cache"));
  const test::Variable none("GRADUS_PYTHON", "");
  const std::vector<std::string> tried{"experiment",    "pytorch", "--data", "generated",
                                       "--train-limit", "64",      "--out",  path("out")};
  const ProcessResult said = gradus(tried);
  BOOST_TEST(said.code == 1);
  BOOST_TEST(holds(said.err, "Downloading PyTorch's build for processors, about 200 MB, from "));
  BOOST_TEST(holds(said.err, "no network: -m pip install -q torch --index-url https://"));
  BOOST_TEST(holds(said.err, "Install PyTorch and NumPy yourself and name that Python in GRADUS_PYTHON"));
  const ProcessResult refused = gradus({"experiment", "pytorch", "cnn", "--model-size", "accurate", "--data",
                                        "generated", "--out", path("out"), "--quiet"});
  BOOST_TEST(refused.code == 1);
  BOOST_TEST(refused.err.ends_with(
      "gradus: the comparison with PyTorch has no layer 'batch-norm': leave it out of --layers\n"));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GRADUS_SANITIZED
#endif
#endif

BOOST_AUTO_TEST_CASE(the_experiments_of_courses_say_what_they_found) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> found{
      {"course-network",
       {"Three activations, SGD with η = 0.01", "against SGD +",
        "Most often taken for another: ", "<h3>Classification report of "}},
#ifndef GRADUS_SANITIZED  // its convolutional networks take minutes there
      {"templates-and-overfitting",
       {"784-64-10: few images and many", "LeNet, 2,000 images, dropout: ", "alt=\"weights of unit 64\"",
        "conv 16 5x5"}},
#endif
      {"search",
       {"The best of 100 trials that came to their end", "Three networks for MNIST",
        "With 5 hidden layers it has ", "href=\"sweep/report.html\""}}};
  for (const auto& [name, parts] : found) BOOST_TEST_CONTEXT(name) {
      const ProcessResult said =
          gradus({"experiment", name, "--data", "generated", "--epochs", "1", "--seeds", "1", "--train-limit",
                  "2100", "--out", path(name), "--quiet"});
      BOOST_TEST_REQUIRE(said.code == 0, said.err);
      const std::string page = contents(name + "/report.html");
      for (const std::string& part : parts) {
        BOOST_TEST(holds(page, part), part);
        BOOST_TEST((holds(said.out, part) || part.find_first_of("<\"") != part.npos || part == "conv 16 5x5"),
                   part);
      }
    }
  BOOST_TEST(fs::exists(folder / "search" / "sweep" / "trials.jsonl"));
}

BOOST_AUTO_TEST_SUITE_END()
