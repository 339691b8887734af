#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivation.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/inspect/gradient_check.hpp>
#include <gradus/inspect/recording.hpp>
#include <gradus/models/classifier.hpp>
#include <gradus/models/presets.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/registry.hpp>
#include <gradus/optim/rules/adam.hpp>
#include <gradus/optim/rules/momentum.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/dump/golden.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/text.hpp>

#include <sstream>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string markdown_of(const Graph& graph) {
  std::ostringstream out;
  write_markdown(out, graph);
  return out.str();
}

std::string document_of(const Graph& graph, const std::string& title) {
  std::ostringstream out;
  write_latex(out, graph, {.standalone = true, .title = title});
  return out.str();
}

std::string latex_of(const TextbookLine& line) {
  std::string text = to_latex(line.left) + (line.assigns ? " <- " : " = ");
  for (std::size_t i = 0; i < line.terms.size(); ++i)
    text += (i > 0 ? " + " : "") + to_latex(line.terms[i].value);
  return text;
}

std::vector<std::string> latex_of(const std::vector<TextbookLine>& lines) {
  std::vector<std::string> all;
  for (const TextbookLine& line : lines) all.push_back(latex_of(line));
  return all;
}

void check_lines(const std::vector<TextbookLine>& lines, const std::vector<std::string>& expected) {
  const std::vector<std::string> all = latex_of(lines);
  BOOST_TEST(all == expected, boost::test_tools::per_element());
}

void train(Graph& graph, const std::vector<Index>& hidden, const UpdateRule& rule) {
  PresetSettings settings;
  settings.hidden = hidden;
  settings.activation = "sigmoid";
  const Classifier model = classifier(graph, mlp_layers(settings, 10), {}, {.l2 = 1e-4});
  MinimizeOptions options;
  options.penalty = model.penalty;
  minimize(model.loss, rule, options);
}

struct Swish : Elementwise<1> {
  static constexpr Description description{"swish", "x", "x σ(x)"};
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x * x.logistic();
  }
  static Expr vjp(const Expr& y, const Expr& ybar) { return ybar * (y + sigmoid(y.input(0)) * (1 - y)); }
};

/// An op that describes itself in a way nobody can read.
struct Scribble : Elementwise<2> {
  static constexpr Description description{"<b>_$&", "a b", "((\\input{x"};
  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    y = a * b;
  }
  static Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) { return ybar * y.input(1 - input); }
};

/// Names that would break a document.
void hostile(Graph& graph) {
  const Expr x = graph.input("<script>alert(\"1\")</script>", {batch, 3});
  const Expr y = graph.input("two\nlines $x$ \\end{document} 😀 %", {batch, 3});
  const Expr w = graph.parameter(std::string(10000, 'n'), {3, 3});
  const Expr v = graph.parameter(std::string(9999, 'n'), {3});
  const Expr h = elementwise(Swish{}, {matmul(x, w)}, SourceLocation::current()).named("h|_^{}~#&`'");
  const Expr s = elementwise(Scribble{}, {h, y}, SourceLocation::current()).named("\xff\xfe");
  const Expr part = slice(concatenate({h, s}, -1), -1, 1, 4);
  const Expr bent = leaky_relu(h, 0.1);
  const Expr chosen = select(greater(h, 0.5), h, bent);
  const Expr cut = relu(h);
  const Expr largest = max(h, -1, KeepAxes::yes);
  const Expr below = exp(h);
  const Expr quotient = sin(h * h) / below;
  const Expr all = s * v + quotient + largest + cut + chosen + part;
  minimize(mean(square(all)).named("E"), Adam{});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(derivation)

BOOST_AUTO_TEST_CASE(goldens) {
  Graph small;
  train(small, {3}, Adam{});
  check_golden("mlp_derivation.md", markdown_of(small));
  check_golden("mlp_derivation.tex", document_of(small, "784-3-10"));
  Graph course;
  train(course, {500, 250, 100}, Adam{});
  check_golden("course_derivation.tex", document_of(course, "784-500-250-100-10"));
  Graph strange;
  hostile(strange);
  check_golden("hostile_derivation.tex", document_of(strange, "Strange $%&_^~#\\{} \"names\""));
}

BOOST_AUTO_TEST_CASE(a_dense_layer_reads_as_in_a_textbook) {
  Graph graph;
  train(graph, {3}, Sgd{});
  const Textbook book = textbook(graph);
  check_lines(book.forward,
              {"z_{1} = x W_{1} + b_{1}", "a_{1} = \\sigma ( z_{1} )", "z_{2} = a_{1} W_{2} + b_{2}",
               "p = \\operatorname{softmax} ( z_{2} )", "t = \\mathop{\\text{one hot}} ( c )",
               "\\ell = - \\sum_{\\text{axis 1}} t \\ln p", "L = \\frac{1}{n} \\sum_{\\text{batch}} \\ell",
               "R = 0.0001 \\left( \\sum W_{1}^{2} + \\sum W_{2}^{2} \\right)", "J = L + R"});
  BOOST_TEST_REQUIRE(book.backward.size() == 2U);
  check_lines(book.backward[0].lines,
              {"\\bar{L} = 1", "\\bar{\\ell} = \\frac{1}{n}", "\\bar{p} = - \\frac{\\bar{\\ell} t}{p}",
               "\\bar{z}_{2} = p \\odot \\bar{p} - p \\odot \\left( \\sum_{\\text{axis 1}} p \\odot \\bar{p} "
               "\\right)",
               "\\bar{b}_{2} = \\sum_{\\text{batch}} \\bar{z}_{2}",
               "\\bar{a}_{1} = \\bar{z}_{2} W_{2}^{\\top}", "\\bar{W}_{2} = a_{1}^{\\top} \\bar{z}_{2}",
               "\\bar{z}_{1} = \\bar{a}_{1} \\odot a_{1} \\odot ( 1 - a_{1} )",
               "\\bar{b}_{1} = \\sum_{\\text{batch}} \\bar{z}_{1}", "\\bar{W}_{1} = x^{\\top} \\bar{z}_{1}"});
  BOOST_TEST(book.backward[0].lines[6].terms[0].rule == "matmul");
  BOOST_TEST(to_latex(book.backward[0].lines[6].terms[0].derivative) == "A^{\\top} \\bar{Y} \\text{ to } B");
  check_lines(
      book.update,
      {"\\theta <- \\theta - \\eta \\left( \\bar{\\theta} + \\frac{\\partial R}{\\partial \\theta} \\right)",
       "\\theta <- \\theta - \\eta \\bar{\\theta}"});
  BOOST_TEST(book.update[0].parameters.size() == 2U);
}

BOOST_AUTO_TEST_CASE(several_uses_are_summed) {
  Graph graph;
  const Expr x = graph.parameter("x", {3});
  gradients(sum(sin(x) * x + exp(x)).named("f"), {x});
  const Textbook book = textbook(graph);
  const TextbookLine& line = book.backward[0].lines.back();
  BOOST_TEST(to_latex(line.left) == "\\bar{x}");
  BOOST_TEST_REQUIRE(line.terms.size() == 3U);
  std::vector<std::string> rules;
  for (const TextbookTerm& term : line.terms) rules.push_back(term.rule);
  std::ranges::sort(rules);
  BOOST_TEST(rules == (std::vector<std::string>{"exp", "multiply", "sin"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ops_of_the_user_are_written_by_their_own_description) {
  Graph graph;
  const Expr x = graph.parameter("x", {3});
  gradients(sum(elementwise(Swish{}, {x}, SourceLocation::current()).named("s")).named("f"), {x});
  const Textbook book = textbook(graph);
  check_lines(book.forward, {"s = \\operatorname{swish} ( x )", "f = \\sum s"});
  check_lines(book.backward[0].lines,
              {"\\bar{f} = 1", "\\bar{s} = 1", "\\bar{x} = s + \\sigma ( x ) \\odot ( 1 - s )"});
  BOOST_TEST(to_latex(book.definitions.back()) == "\\mathrm{swish} \\text{: } x \\sigma ( x )");
}

BOOST_AUTO_TEST_CASE(a_convolution_keeps_its_sign_and_what_words_say_is_not_lost) {
  Graph graph;
  const Expr x = graph.input("x", {batch, 1, 4, 4});
  const Expr w = graph.parameter("w", {2, 1, 3, 3});
  const Expr b = graph.parameter("b", {2});
  const Expr y = conv2d(x, w, b).named("y");
  const Expr p = max_pool(y, 2).named("p");
  gradients(sum(p).named("s"), {w, b});
  const Textbook book = textbook(graph);
  check_lines(book.forward, {"y = w \\star x + b", "p = \\mathop{\\text{max pool}} ( y )", "s = \\sum p"});
  check_lines(book.backward[0].lines,
              {"\\bar{s} = 1", "\\bar{p} = 1", "\\bar{y} = \\mathop{\\text{max pool gradient}} ( y , 1 )",
               "\\bar{w} = x \\star \\bar{y}", "\\bar{b} = \\sum_{\\text{batch, axis 2, axis 3}} \\bar{y}"});
}

BOOST_AUTO_TEST_CASE(an_image_that_becomes_a_row_is_told) {
  const std::string sentence = "A value that is read in another shape keeps its symbol";
  Graph convolving;
  classifier(convolving, "conv 6 5x5, max 2, relu, flatten, dense 10");
  BOOST_TEST(holds(markdown_of(convolving), sentence));
  BOOST_TEST(holds(document_of(convolving, "cnn"), sentence));
  Graph dense;
  classifier(dense, "dense 5, relu, dense 10");
  BOOST_TEST(!holds(markdown_of(dense), sentence));
}

// The passes leave no node of which these gradients would be the derivatives by their origins.
BOOST_AUTO_TEST_CASE(a_compiled_network_of_images_has_symbols_throughout) {
  Graph graph;
  const Classifier model = classifier(graph, "conv 2 3x3, max 2, relu, flatten, dense 3", {8, 8});
  const Expr step = minimize(model.loss, Adam{});
  const auto program = compile(graph, {model.loss, step}, up_to(64));
  const Textbook book = textbook(*program.lowered().graph);
  check_lines(book.forward, {"z_{1} = K_{1} \\star x + b_{1}", "h_{1} = \\mathop{\\text{max pool}} ( z_{1} )",
                             "a_{1} = \\max ( h_{1} , 0 )", "f = \\operatorname{flatten} ( a_{1} )",
                             "z_{2} = f W_{2} + b_{2}", "p = \\operatorname{softmax} ( z_{2} )",
                             "t = \\mathop{\\text{one hot}} ( c )",
                             "\\ell = - \\sum_{\\text{axis 1}} \\operatorname{select} ( t , t \\odot "
                             "\\mathop{\\text{log softmax}} ( z_{2} ) , 0 )",
                             "L = \\frac{1}{n} \\sum_{\\text{batch}} \\ell"});
  BOOST_TEST_REQUIRE(book.backward.size() == 1U);
  std::vector<std::string> derivatives;
  for (const TextbookLine& line : book.backward[0].lines) derivatives.push_back(to_latex(line.left));
  for (const char* parameter : {"\\bar{K}_{1}", "\\bar{b}_{1}", "\\bar{W}_{2}", "\\bar{b}_{2}"})
    BOOST_TEST(std::ranges::count(derivatives, parameter) == 1, parameter);
  for (const auto& lines : {book.forward, book.backward[0].lines, book.update})
    for (const std::string& line : latex_of(lines)) BOOST_TEST(!holds(line, "/"), line);
}

BOOST_AUTO_TEST_CASE(what_a_layer_makes_of_its_values_has_its_number) {
  Graph graph;
  classifier(graph, "conv 2 3x3, relu, max 2, flatten, dense 3, relu, dropout 0.5", {8, 8});
  std::vector<TextbookLine> lines = textbook(graph).forward;
  BOOST_TEST_REQUIRE(lines.size() > 9U);
  lines.resize(9);
  check_lines(
      lines, {"z_{1} = K_{1} \\star x + b_{1}", "a_{1} = \\max ( z_{1} , 0 )",
              "h_{1} = \\mathop{\\text{max pool}} ( a_{1} )", "f = \\operatorname{flatten} ( h_{1} )",
              "z_{2} = f W_{2} + b_{2}", "a_{2} = \\max ( z_{2} , 0 )",
              "r_{2} = \\mathop{\\text{dropout mask}} ( \\text{random\\_key} )", "h_{2} = a_{2} \\odot r_{2}",
              "h_{2}^{( 2 )} = \\mathop{\\text{when training}} ( h_{2} , a_{2} )"});
}

BOOST_AUTO_TEST_CASE(numbers_of_a_run_and_checks_stand_in_a_table) {
  Graph graph;
  const Expr x = graph.input("x", {});
  const Expr w = graph.parameter("w", {2});
  const Expr y = sum(square(w) * x).named("y");
  gradients(y, {w});
  State<double> state = initialise<double>(graph, 1);
  state["w"].data[0] = 3;
  state["w"].data[1] = -1;
  const std::vector<double> two{2};
  const Recording values = record(graph, state, {{x, two}});
  std::vector<NumericCheck> checks = numeric_checks(graph, values);
  DerivationOptions options;
  options.numbers = {&values, &checks};
  std::ostringstream markdown;
  write_markdown(markdown, graph, options);
  BOOST_TEST(holds(markdown.str(), "| $w$ | \\[3, -1\\] |  |  |\n"));
  BOOST_TEST(holds(markdown.str(), "| $y$ | 20 |"));
  const std::string row = "| $\\bar{w}$ | \\[12, -4\\] | \\[";
  BOOST_TEST((holds(markdown.str(), row + "0\\] 12, difference 12 ± ") ||
              holds(markdown.str(), row + "1\\] -4, difference -4 ± ")));
  std::ostringstream latex;
  write_latex(latex, graph, options);
  BOOST_TEST(holds(latex.str(), "\\subsection*{Numbers}"));
  BOOST_TEST(holds(latex.str(), " & [12, -4] & "));
  BOOST_TEST(!holds(markdown_of(graph), "Numbers"));
}

BOOST_AUTO_TEST_CASE(an_old_value_that_is_still_read_is_not_overwritten) {
  Graph graph;
  const Expr w = graph.parameter("w", {});
  const Expr v = graph.optimizer_state("v", {});
  const Expr loss = square(w);
  const auto update = graph.enter({"", {Section::update}, SourceLocation::unknown()});
  const Expr step_v = assign(v, v + 1);
  const Expr step_w = assign(w, w - v);
  train_step(loss, {step_v, step_w});
  const Textbook book = textbook(graph);
  check_lines(book.update, {"v^{+} = v + 1", "w <- w - v", "v <- v^{+}"});
}

BOOST_AUTO_TEST_CASE(every_rule_has_an_update) {
  for (const RegisteredRule& rule : registered_rules()) {
    Graph graph;
    train(graph, {4, 3}, rule.make({}));
    const Textbook book = textbook(graph);
    BOOST_TEST(!book.update.empty(), rule.name);
    BOOST_TEST(latex_of(book.update.back()).starts_with("\\theta <- "), rule.name);
  }
}

BOOST_AUTO_TEST_CASE(a_graph_after_its_passes_shows_p_minus_t) {
  Graph graph;
  const Expr z = graph.parameter("z", {4, 10});
  const Expr t = one_hot(graph.input("label", {4}), 10).named("t");
  const Expr loss = sum(cross_entropy(softmax(z).named("p"), t)).named("loss");
  const Exprs derived = gradients(loss, {z});
  const auto program = compile(graph, {loss, derived[0]});
  const Textbook book = textbook(*program.lowered().graph);
  BOOST_TEST_REQUIRE(book.backward.size() == 1U);
  BOOST_TEST(latex_of(book.backward[0].lines.back()) == "\\bar{z} = p - t");
}

BOOST_AUTO_TEST_CASE(any_graph_can_be_written) {
  BOOST_TEST(markdown_of(Graph()) == "# Derivation\n\n");
  Graph long_chain;
  Expr x = long_chain.input("x", {batch});
  for (int i = 0; i < 2000; ++i) x = i % 2 == 0 ? x + 1 : -x;
  BOOST_TEST(markdown_of(long_chain).size() < 1000000U);
  Graph strange;
  hostile(strange);
  const std::string text = markdown_of(strange);
  BOOST_TEST(text.find("<script>") == std::string::npos);
  BOOST_TEST(text.find("<b>") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
