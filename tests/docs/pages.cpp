// What the pages show is what the programs print and the examples say: nothing in them can go stale.
//
// A block ```console begins with "$ ./run gradus …" or "$ ./run example NN_name" and shows what that prints.
// A block
// ```cpp that begins with "// examples/NN_name.cpp" shows lines of that file. Lines left out are marked by an
// "…".
#include <gradus/base/file.hpp>
#include <gradus/base/process.hpp>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <sstream>
#include <vector>

namespace fs = std::filesystem;
using namespace gradus;

namespace {

const fs::path root = fs::path(GRADUS_TEST_DATA).parent_path();

using Lines = std::vector<std::string>;

struct Block {
  std::string kind;  ///< what stands behind the ```
  Lines lines;
};

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    const bool fence = line.starts_with("```");
    if (fence && !inside) blocks.push_back({line.substr(3), {}});
    if (fence)
      inside = !inside;
    else if (inside)
      blocks.back().lines.push_back(line);
  }
  return blocks;
}

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first == std::string::npos ? "" : line.substr(first, line.find_last_not_of(' ') - first + 1);
}

/// The first line of `shown` that does not follow in `all`, in order; "…" stands for any lines, and without
/// it the lines must be neighbours. Empty when all do.
std::string first_stale(const Lines& shown, std::size_t from, const Lines& all) {
  std::size_t at = 0;
  bool anywhere = true;
  for (std::size_t i = from; i < shown.size(); ++i) {
    const std::string line = trimmed(shown[i]);
    if (line == "…" || line == "// …") {
      anywhere = true;
      continue;
    }
    std::size_t found = at;
    while (anywhere && found < all.size() && trimmed(all[found]) != line) ++found;
    if (found >= all.size() || trimmed(all[found]) != line)
      return shown[i].empty() ? "an empty line" : shown[i];
    at = found + 1;
    anywhere = false;
  }
  return "";
}

/// What a command of a page prints: the programs of this build in place of their names.
Lines printed(const std::string& command) {
  std::istringstream in(command);
  std::string run;
  std::string what;
  std::string program = GRADUS_PROGRAM;
  std::vector<std::string> arguments;
  in >> run >> what;
  if (run != "./run" || (what != "gradus" && what != "example"))
    throw std::runtime_error("a page shows ./run gradus or ./run example, not " + command);
  if (what == "example") {
    in >> program;
    program = (fs::path(GRADUS_EXAMPLES) / program).string();
  }
  for (std::string word; in >> word;) arguments.push_back(word);
  return lines_of(run_process(program, arguments, "", "gradus"));
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found{root / "README.md"};
  for (const auto& entry : fs::directory_iterator(root / "docs/lessons"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pages_of_the_documentation)

BOOST_AUTO_TEST_CASE(shown_lines_are_found_in_order) {
  const Lines all{"one", "  two", "three", "four"};
  BOOST_TEST(first_stale({"one", "two"}, 0, all).empty());
  BOOST_TEST(first_stale({"$ x", "three", "four"}, 1, all).empty());
  BOOST_TEST(first_stale({"one", "…", "four"}, 0, all).empty());
  BOOST_TEST(first_stale({"one", "three"}, 0, all) == "three");
  BOOST_TEST(first_stale({"two", "…", "one"}, 0, all) == "one");
  BOOST_TEST(first_stale({"one", "deux"}, 0, all) == "deux");
  BOOST_TEST(first_stale({"four", "five"}, 0, all) == "five");
}

BOOST_AUTO_TEST_CASE(what_pages_say_is_printed_is_printed) {
  for (const fs::path& page : pages())
    for (const Block& block : blocks_of(read_file(page))) {
      if (block.kind != "console") continue;
      BOOST_REQUIRE_MESSAGE(!block.lines.empty() && block.lines.front().starts_with("$ "),
                            page << ": a console block begins with its command");
      const std::string command = block.lines.front().substr(2);
      const std::string stale = first_stale(block.lines, 1, printed(command));
      BOOST_TEST(stale.empty(), page.filename() << ", " << command << " does not print: " << stale);
    }
}

BOOST_AUTO_TEST_CASE(what_pages_quote_of_examples_is_there) {
  for (const fs::path& page : pages())
    for (const Block& block : blocks_of(read_file(page))) {
      if (block.kind != "cpp" || block.lines.empty() || !block.lines.front().starts_with("// examples/"))
        continue;
      const std::string file = block.lines.front().substr(3);
      const std::string stale = first_stale(block.lines, 1, lines_of(read_file(root / file)));
      BOOST_TEST(stale.empty(), page.filename() << ": " << file << " has no line: " << stale);
    }
}

BOOST_AUTO_TEST_CASE(each_lesson_shows_an_example_and_a_dump) {
  std::size_t lessons = 0;
  for (const fs::path& page : pages()) {
    if (page.parent_path().filename() != "lessons" || page.filename() == "README.md") continue;
    ++lessons;
    bool example = false;
    bool dump = false;
    for (const Block& block : blocks_of(read_file(page))) {
      if (block.lines.empty()) continue;
      const std::string& first = block.lines.front();
      example = example || first.starts_with("$ ./run example ");
      for (const std::string& line : block.lines)
        dump = dump || trimmed(line) == "forward" || trimmed(line) == "backward" || trimmed(line) == "update";
    }
    BOOST_TEST(example, page);
    BOOST_TEST(dump, page);
  }
  BOOST_TEST(lessons == 6U);
}

BOOST_AUTO_TEST_SUITE_END()
