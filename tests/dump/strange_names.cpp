#include <gradus/base/printable.hpp>
#include <gradus/dump/dot.hpp>
#include <gradus/dump/json.hpp>
#include <gradus/dump/pass_changes.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/tests/dump/drawn.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <nlohmann/json.hpp>

#include <functional>

using namespace gradus;
using namespace gradus::test;

namespace {

struct StrangeName {
  const char* what;
  std::string name;
};

const std::vector<StrangeName>& strange_names() {
  static const std::vector<StrangeName> names{
      {"quotes", "a\"b'c`d"},
      {"markup", "</title><script>alert(1)</script>&amp;<!--"},
      {"lines", "one\ntwo\r\nthree\ttab"},
      {"emoji", "weights 🏋️ λ"},
      {"backslashes", "\\n \\N \\G \\\\ \\\""},
      {"an escape sequence", "\x1b[31mred\x07"},
      {"no UTF-8", "caf\xe9 \xff\xfe"},
      {"slashes", "//a///b/"},
      {"a slash alone", "/"},
      {"10,000 characters", std::string(10000, 'x')},
      {"DOT", "]; n0 -> n1 [label=\"x\"]; subgraph cluster_0 {"},
      {"LaTeX", "\\input{x} $x_1^2$ 100 % #1 ~ & {"},
  };
  return names;
}

/// An op that the library does not have: 3 x + 1.
struct Collatz {
  static constexpr Description description{"<collatz & \"co\">", "x", "3 x + 1"};
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 1;
  std::string note;
  Attributes attributes() const { return {{"note", note}}; }
  Shape infer(std::span<const Shape> inputs) const { return inputs[0]; }
  Expr vjp(const Expr&, const Expr& ybar) const { return ybar * 3; }
  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    y = x * 3 + 1;
  }
};

/// The name as that of an input, a scope, a parameter, a node and an attribute, with derivatives and values.
struct Strange {
  explicit Strange(const std::string& name) {
    const Expr x = graph.input(name, {batch, 2});
    {
      const auto scope = graph.scope(name);
      const Expr w = graph.parameter(name + "w", {2}, filled_with(0.5));
      const Expr y = apply(Collatz{name}, {x * w}, SourceLocation::current()).named(name + "y");
      gradients(sum(y), {w});
    }
    State<double> state = initialise<double>(graph, 1);
    const std::vector<double> numbers{1, 2, 3, 4};
    recording = record(graph, state, {Feed<double>{x, numbers}});
    checks = numeric_checks(graph, recording);
  }
  Annotations annotations() const { return {&recording, &checks}; }

  Graph graph;
  Recording recording;
  std::vector<NumericCheck> checks;
};

/// A format: how it is written, and what must hold of anything written in it.
struct DumpFormat {
  const char* name;
  std::function<void(std::ostream&, const Strange&)> write;
  std::function<void(const std::string& text, const Strange&)> check;
};

/// Every line of the text is a printable one.
void check_lines(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    // What printable() leaves as it is, in pieces that it does not cut.
    for (std::size_t at = 0; at < line.size(); at += 60) {
      std::size_t end = std::min(line.size(), at + 60);
      while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) ++end;
      std::size_t begin = at;
      while (begin < end && (static_cast<unsigned char>(line[begin]) & 0xC0U) == 0x80U) ++begin;
      const std::string piece = line.substr(begin, end - begin);
      BOOST_TEST(printable(piece) == piece);
    }
  }
}

const std::vector<DumpFormat>& dump_formats() {
  static const std::vector<DumpFormat> formats{
      {"text",
       [](std::ostream& out, const Strange& s) {
         write_text(out, s.graph, {false, s.annotations()});
       },
       [](const std::string& text, const Strange& s) {
         check_lines(text);
         // Two headings and one for the checks, with the names of their columns.
         const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
         BOOST_TEST(lines == s.graph.size() + 2 + 2 + s.checks.size());
       }},
      {"changes",
       [](std::ostream& out, const Strange& s) {
         const std::vector<TracedPass> passes = trace_passes(s.graph, {s.graph.adjoints().back().total});
         for (std::size_t i = 1; i < passes.size(); ++i) write_changes(out, passes[i - 1], passes[i]);
       },
       [](const std::string& text, const Strange&) { check_lines(text); }},
      {"dot", [](std::ostream& out, const Strange& s) { write_dot(out, s.graph, {s.annotations()}); },
       [](const std::string& text, const Strange&) {
         check_lines(text);
         check_drawn(text);
       }},
      {"json",
       [](std::ostream& out, const Strange& s) {
         JsonOptions options;
         options.numbers = s.annotations();
         write_json(out, s.graph, options);
       },
       [](const std::string& text, const Strange& s) {
         BOOST_TEST(text.find('<') == std::string::npos);
         const auto json = nlohmann::json::parse(text);
         BOOST_TEST(json["nodes"].size() == s.graph.size());
         const std::string& name = s.graph.node(0).name();
         if (name.find('\xff') == std::string::npos)
           BOOST_TEST(json["nodes"][0]["name"].get<std::string>() == name);
       }},
  };
  return formats;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(strange_names_and_ops_of_the_users_own)

BOOST_AUTO_TEST_CASE(in_every_format) {
  for (const StrangeName& strange : strange_names()) {
    const Strange dumped(strange.name);
    for (const DumpFormat& format : dump_formats()) {
      BOOST_TEST_CONTEXT(strange.what << " in " << format.name) {
        std::ostringstream out;
        format.write(out, dumped);
        BOOST_TEST(!out.str().empty());
        format.check(out.str(), dumped);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
