// The dumps in docs/architecture.md are those of its network: every line of them is one the library prints.
#include <gradus/base/file.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/gradus.hpp>
#include <gradus/graph/compile/rewrite.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>
#include <cctype>
#include <set>
#include <sstream>

using namespace gradus;

namespace {

/// The network that the document follows.
struct Declared {
  Graph g;
  Expr x = g.input("x", {batch, 2});
  Expr t = one_hot(g.input("label", {batch}), 2).named("t");
  Expr h = tanh(dense(x, 3, "hidden")).named("h");
  Expr p = softmax(dense(h, 2, "output")).named("p");
  Expr loss = mean(cross_entropy(p, t)).named("loss");
};

std::string document() {
  return read_file(std::filesystem::path(GRADUS_TEST_DATA).parent_path() / "docs/architecture.md");
}

void add_lines(std::set<std::string>& lines, const std::string& text) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
}

template <class... Arguments>
std::string text(const Arguments&... arguments) {
  std::ostringstream out;
  write_text(out, arguments...);
  return out.str();
}

/// Everything that can be printed of the network, from its declaration to the compiled step.
std::set<std::string> printed() {
  Declared n;
  std::set<std::string> lines;
  add_lines(lines, text(n.g));
  const Expr step = minimize(n.loss, Sgd{.learning_rate = 0.1});
  add_lines(lines, text(n.g));
  CompileOptions options;
  options.capacity = 4;
  options.trace = [&](std::string_view, const LoweredGraph& lowered) {
    add_lines(lines, text(*lowered.graph));
  };
  add_lines(lines, text(compile(n.g, {n.loss, step}, options)));
  options.trace = {};
  options.threads = 2;
  add_lines(lines, text(compile(n.g, {n.loss, step}, options)));
  return lines;
}

/// The fenced blocks of a section that are dumps, not code: line by line, without what stands for lines left
/// out.
std::vector<std::string> dumped(const std::string& document, const std::string& from, const std::string& to) {
  std::vector<std::string> lines;
  std::istringstream in(document.substr(document.find(from), document.find(to) - document.find(from)));
  enum { text, dump, code } block = text;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```"))
      block = block != text ? text : line == "```" ? dump : code;
    else if (block == dump && !line.empty() && line != "   …")
      lines.push_back(line);
  }
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(architecture)

BOOST_AUTO_TEST_CASE(dumps_in_the_documentation_are_what_is_printed) {
  const std::string page = document();
  const std::vector<std::string> shown =
      dumped(page, "## The life of an expression", "## The central declarations");
  BOOST_TEST(shown.size() > 100U);
  const std::set<std::string> lines = printed();
  for (const std::string& line : shown) BOOST_TEST(lines.contains(line), line);
}

BOOST_AUTO_TEST_CASE(the_number_of_nodes_after_each_pass_is_as_said) {
  const std::string page = document();
  Declared n;
  CompileOptions options;
  options.trace = [&](std::string_view pass, const LoweredGraph& lowered) {
    if (pass == "declared") return;
    const std::size_t row = page.find(fmt::format("| {} |", pass));
    BOOST_REQUIRE_MESSAGE(row != std::string::npos, "no row for " << pass);
    const std::string line = page.substr(row, page.find('\n', row) - row);
    BOOST_TEST(line.ends_with(fmt::format("| {} |", lowered.graph->size())), line);
  };
  compile(n.g, {n.loss, minimize(n.loss, Sgd{.learning_rate = 0.1})}, options);
}

BOOST_AUTO_TEST_SUITE_END()
