#include <gradus/base/process.hpp>
#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Names of folders that a shell, gnuplot, a terminal or JSON may take for something else.
const std::vector<std::string> hostile_names{"|touch PWNED;#",
                                             "`touch PWNED`",
                                             "$(touch PWNED)",
                                             "it's \"quoted\" \\",
                                             "new\nline\r",
                                             "\x1b[31mred\x07",
                                             "-o",
                                             "--",
                                             "\xff\xfe",
                                             "\xc2\x9b"
                                             "2J\xe2\x80\xae"};

bool holds_control_characters(const std::string& text) {
  // gnuplot's SVG has tabs.
  const auto is_one = [](unsigned char c) { return (c < ' ' && c != '\n' && c != '\t') || c == 0x7f; };
  return std::ranges::any_of(text, is_one) || holds(text, "\xc2\x9b") || holds(text, "\xe2\x80\xae") ||
         holds(text, "\xff");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(hostile, test::Program)

BOOST_AUTO_TEST_CASE(folders_of_runs_are_names_and_nothing_else) {
  const std::set<std::string> before = entries(folder);
  for (const std::string& name : hostile_names) BOOST_TEST_CONTEXT(name) {
      const ProcessResult said = gradus({"train", "mlp", "--data", "digits", "--out=" + name, "--hidden", "8",
                                         "--epochs", "1", "--validation", "30", "--threads", "1"});
      BOOST_TEST(said.code == 0, said.err);
      BOOST_TEST(!holds_control_characters(said.out + said.err));
      BOOST_TEST(fs::exists(folder / name / "plots" / "loss-epochs.svg") == has_program("gnuplot"));
      BOOST_TEST(!holds_control_characters(contents(name + "/report.html")));

      const ProcessResult again = gradus({"report", "-o", name + "/page.html", "--", name});
      BOOST_TEST(again.code == 0, again.err);
      BOOST_TEST(!holds_control_characters(again.out + again.err));
      BOOST_TEST(fs::exists(folder / name / "page.html"));
    }
  std::set<std::string> expected(hostile_names.begin(), hostile_names.end());
  expected.insert(before.begin(), before.end());
  expected.insert({"stdout", "stderr"});
  BOOST_TEST(entries(folder) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(data_sets_are_shown_by_names_without_commands) {
  BOOST_TEST(gradus(small_run("run", {"--quiet"})).code == 0);
  for (const std::string& name : hostile_names) BOOST_TEST_CONTEXT(name) {
      fs::copy(set, folder / name);
      const ProcessResult shown = gradus({"show-data", "--data", "./" + name, "-o", "page.svg"});
      BOOST_TEST(shown.code == 0, shown.err);
      BOOST_TEST(!holds_control_characters(shown.out + shown.err));
      BOOST_TEST(!holds_control_characters(contents("page.svg")));
      for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--json"}}) {
        std::vector<std::string> words{"evaluate", "run", "--data", "./" + name};
        words.insert(words.end(), more.begin(), more.end());
        const ProcessResult judged = gradus(words);
        BOOST_TEST(judged.code == 0, judged.err);
        BOOST_TEST(!holds_control_characters(judged.out + judged.err));
      }
      const ProcessResult labelled = gradus({"predict", "run", "./" + name + "/t10k-images-idx3-ubyte.gz"});
      BOOST_TEST(labelled.code == 0, labelled.err);
      BOOST_TEST(!holds_control_characters(labelled.out + labelled.err));
    }
}

BOOST_AUTO_TEST_CASE(pages_of_several_runs_too) {
  BOOST_TEST(gradus(small_run("one", {"--quiet"})).code == 0);
  BOOST_TEST(gradus(small_run("two", {"--quiet"})).code == 0);
  for (const std::string& name : hostile_names) BOOST_TEST_CONTEXT(name) {
      const ProcessResult said = gradus({"report", "one", "two", "-o", "./" + name + ".html"});
      BOOST_TEST(said.code == 0, said.err);
      BOOST_TEST(!holds_control_characters(said.out + said.err));
      BOOST_TEST(fs::exists(folder / (name + "-plots") / "train-loss.svg") == has_program("gnuplot"));
    }
  BOOST_TEST(!fs::exists(folder / "PWNED"));
}

BOOST_AUTO_TEST_SUITE_END()
