#include <gradus/tests/cli/program.hpp>
#include <gradus/tests/support/text.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// A finished run, and all commands that read its JSON files.
struct Finished : test::Program {
  Finished() { BOOST_TEST_REQUIRE(gradus(small_run("run", {"--quiet"})).code == 0); }

  std::vector<std::vector<std::string>> readers(bool of_config) const {
    std::vector<std::vector<std::string>> commands{{"report", "run"},
                                                   {"report", "run", "run", "-o", "two.html"}};
    if (of_config) {
      commands.push_back({"evaluate", "run"});
      commands.push_back({"predict", "run", "digits/t10k-images-idx3-ubyte.gz"});
      commands.push_back({"train", "mlp", "--resume", "run", "--epochs", "3"});
      commands.push_back({"dump", "mlp", "--run", "run"});
    }
    return commands;
  }

  /// Checks that each reader refuses the file with one message that names it.
  void check_refused_by_all(const std::string& file, const std::string& damaged) const {
    const std::string sound = contents(file);
    write_file(folder / file, damaged);
    for (const auto& command : readers(file.ends_with("config.json")))
      BOOST_TEST_CONTEXT(command.front() << " with " << damaged.substr(0, 60)) {
        const ProcessResult said = gradus(command);
        BOOST_TEST(said.code == 1);
        BOOST_TEST(holds(said.err, file), said.err);
        BOOST_TEST(std::ranges::count(said.err, '\n') == 1);
        BOOST_TEST(!holds(said.err, "json.exception"), said.err);
      }
    write_file(folder / file, sound);
  }

  std::string changed(const std::string& file, const std::string& before, const std::string& after) const {
    std::string text = contents(file);
    const std::size_t at = text.find(before);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    return text.replace(at, before.size(), after);
  }
};

std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += "{\"a\":";
  return text + "1" + std::string(levels, '}');
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(damaged, Finished)

BOOST_AUTO_TEST_CASE(json_that_nests_too_deeply) {
  for (const char* file : {"run/config.json", "run/report.json"}) {
    check_refused_by_all(file, nested(80'000));
    check_refused_by_all(file, std::string(80'000, '['));
  }
  check_refused_by_all("run/config.json", "{\"settings\": " + nested(80'000) + "}");
}

BOOST_AUTO_TEST_CASE(values_of_another_type) {
  for (const char* batch : {"1e21", "2.7", "\"16\"", "null", "[16]", "18446744073709551615", "0", "-1"})
    check_refused_by_all("run/config.json",
                         changed("run/config.json", "\"batch\": 16", std::string("\"batch\": ") + batch));
  for (const char* threads : {"1025", "1000000000", "0"})
    check_refused_by_all("run/config.json", changed("run/config.json", "\"threads\": 1",
                                                    std::string("\"threads\": ") + threads));
  check_refused_by_all("run/report.json",
                       changed("run/report.json", "\"weights_of\":", "\"weights_of\": [1], \"x\":"));
  check_refused_by_all("run/report.json",
                       changed("run/report.json", "\"precision\":", "\"precision\": true, \"x\":"));
  check_refused_by_all("run/report.json",
                       changed("run/report.json", "\"support\":", "\"support\": 0.5, \"x\":"));
}

BOOST_AUTO_TEST_CASE(data_in_a_folder_whose_name_is_no_utf8) {
  const std::string name = "\xff\xfe";
  fs::copy(set, folder / name);
  const ProcessResult said =
      gradus({"train", "mlp", "--data", "./" + name, "--out", "new", "--validation", "30"});
  BOOST_TEST(said.code == 1);
  BOOST_TEST(
      said.err ==
      "gradus: --data './\\xff\\xfe' is no UTF-8, which is all that config.json can keep: give the folder "
      "another name, or a link to it\n");
  BOOST_TEST(!fs::exists(folder / "new"));
  const ProcessResult shown = gradus({"show-data", "--data", "./" + name, "-o", "page.svg"});
  BOOST_TEST(shown.code == 0);
  BOOST_TEST(holds(shown.out, "data: \\xff\\xfe (file) from ./\\xff\\xfe:"), shown.out);
  BOOST_TEST(gradus({"evaluate", "run", "--data", "./" + name, "--json"}).code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
