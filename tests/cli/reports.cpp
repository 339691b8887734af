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
              "--threads", "1", "--hidden", "8", "--out", path("losses"), "--quiet"});
  BOOST_TEST_REQUIRE(found.code == 0);
  const std::string page = contents("losses/report.html");
  for (const char* part : {"At its end the network has ", " with the squared error: "}) {
    BOOST_TEST(holds(found.out, part), part);
    BOOST_TEST(holds(page, part), part);
  }
  BOOST_TEST(holds(page, "dense 8, relu, dense 10"));
  BOOST_TEST(fs::exists(folder / "losses" / "squared-error" / "report.json"));
  BOOST_TEST(fs::exists(folder / "losses" / "squared-error-seed-2" / "report.json"));
  // What it varies itself is no flag of it.
  BOOST_TEST(gradus({"experiment", "losses", "--loss", "squared-error"}).code == 2);
  BOOST_TEST(holds(gradus({"experiment", "overfit", "cnn", "--help"}).out, "--channels"));
}

BOOST_AUTO_TEST_SUITE_END()
