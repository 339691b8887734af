#include <gradus/base/utf8.hpp>
#include <gradus/dump/text.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/momentum.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/dump/golden.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <map>
#include <sstream>

using namespace gradus;
using namespace gradus::test;

namespace {

template <class Dumped>
std::string text_of(const Dumped& dumped, const TextOptions& options = {}) {
  std::ostringstream out;
  write_text(out, dumped, options);
  return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(declared) {
  check_golden("neuron_declared.txt", text_of(Neuron().graph));
  Graph graph;
  small_mlp(graph);
  check_golden("mlp_declared.txt", text_of(graph));
}

BOOST_AUTO_TEST_CASE(differentiated) {
  Neuron neuron;
  gradients(neuron.loss, {neuron.w, neuron.b});
  check_golden("neuron_differentiated.txt", text_of(neuron.graph));
  Graph graph;
  const Classifier model = small_mlp(graph);
  gradients(model.loss + model.penalty, graph.parameters());
  check_golden("mlp_differentiated.txt", text_of(graph));
}

// Every word of the wide dump, in its order, on lines that are as wide as they may be.
BOOST_AUTO_TEST_CASE(lines_as_wide_as_they_may_be) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  minimize(model.loss, Adam{});
  const auto in_width = [&](std::size_t width) {
    std::ostringstream out;
    write_text(out, graph, {.width = width});
    return out.str();
  };
  check_golden("mlp_training_80.txt", in_width(80));
  const auto letters_of = [](const std::string& text) {
    std::map<char, std::size_t> letters;
    for (const char c : text)
      if (c != ' ' && c != '\n') ++letters[c];
    return letters;
  };
  for (const std::size_t width : {120U, 100U, 80U}) {
    const std::string text = in_width(width);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) BOOST_TEST(display_width(line) <= width, line);
    BOOST_TEST((letters_of(text) == letters_of(in_width(0))));
  }
  BOOST_TEST(in_width(1000) == in_width(0));
}

BOOST_AUTO_TEST_CASE(training) {
  Neuron neuron;
  minimize(neuron.loss, Momentum{});
  check_golden("neuron_training.txt", text_of(neuron.graph));
  Graph graph;
  const Classifier model = small_mlp(graph);
  MinimizeOptions options;
  options.penalty = model.penalty;
  options.clip_norm = 1;
  minimize(model.loss, Sgd{}, options);
  check_golden("mlp_training.txt", text_of(graph));
}

BOOST_AUTO_TEST_CASE(compiled) {
  Neuron neuron;
  const Expr step = minimize(neuron.loss, Momentum{});
  const auto program = compile(neuron.graph, {neuron.loss, step}, up_to(8));
  check_golden("neuron_compiled.txt", text_of(*program.lowered().graph) + "\n" + text_of(program));
  Graph graph;
  const Classifier model = small_mlp(graph);
  MinimizeOptions options;
  options.penalty = model.penalty;
  const Expr mlp_step = minimize(model.loss, Sgd{}, options);
  const auto mlp_program = compile(graph, {model.loss, mlp_step}, up_to(8));
  check_golden("mlp_compiled.txt", text_of(*mlp_program.lowered().graph) + "\n" + text_of(mlp_program));
}

BOOST_AUTO_TEST_CASE(colours_change_nothing_but_headings) {
  Neuron neuron;
  gradients(neuron.loss, {neuron.w});
  std::string text = text_of(neuron.graph, {.colour = true});
  for (const std::string section : {"forward", "backward"}) {
    const std::string coloured = "\x1b[1;36m" + section + "\x1b[0m";
    const std::size_t at = text.find(coloured);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    text.replace(at, coloured.size(), section);
  }
  BOOST_TEST(text == text_of(neuron.graph));
}

BOOST_AUTO_TEST_CASE(names_that_would_break_a_line_come_out_escaped) {
  Graph graph;
  const Expr x = graph.input("two\nlines\tand \x1b[31mred\x7f", {batch});
  const Expr y = graph.input(std::string(10000, 'n'), {batch});
  (x + y).named("sum\r");
  const std::string text = text_of(graph);
  const std::string cut = std::string(120, 'n') + "…";
  const std::string pad(121 - std::string(R"(two\nlines\tand \x1b[31mred\x7f)").size(), ' ');
  BOOST_TEST(text == "forward\n   0  " + std::string(R"(two\nlines\tand \x1b[31mred\x7f)") + pad +
                         "  (batch)  input()\n   1  " + cut + "  (batch)  input()\n   2  sum\\x0d" +
                         std::string(121 - 7, ' ') + R"(  (batch)  add(two\nlines\tand \x1b[31mred\x7f, )" +
                         cut + ")\n");
  for (const char c : text) BOOST_TEST((c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)));
}

BOOST_AUTO_TEST_CASE(an_empty_graph_prints_nothing) { BOOST_TEST(text_of(Graph()) == ""); }

BOOST_AUTO_TEST_SUITE_END()
