#include <gradus/dump/formula.hpp>
#include <gradus/dump/notation.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/registry.hpp>
#include <gradus/optim/registry.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace gradus;

namespace {

std::string latex(std::string_view text) {
  const auto formula = parse_formula(text);
  return formula ? to_latex(*formula) : "unreadable";
}

std::string mathml(std::string_view text) { return to_mathml(formula_or_text(text)); }

void check_readable(const Description& description) {
  BOOST_TEST(parse_formula(formula_in_words(description)).has_value(),
             description.name << ": '" << description.formula << "' cannot be read as dump/formula.hpp says");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(formulas)

BOOST_AUTO_TEST_CASE(every_op_and_rule_of_the_library_is_readable) {
  for (const Description* op : registered_ops()) check_readable(*op);
  for (const RegisteredRule& rule : registered_rules())
    BOOST_TEST(parse_formula(rule.summary).has_value(), rule.name);
  for (const Description* op :
       {&Input::description, &VariableRead::description, &Constant::description, &Fill::description,
        &StepCounter::description, &Assign::description, &Step::description, &Accumulate::description})
    check_readable(*op);
}

BOOST_AUTO_TEST_CASE(as_latex) {
  const std::pair<std::string_view, std::string_view> expected[] = {
      {"1 − tanh² x", "1 - \\tanh^{2} x"},
      {"x σ(x)", "x \\sigma ( x )"},
      {"y (1 − y) ȳ", "y ( 1 - y ) \\bar{y}"},
      {"1 / (1 + e⁻ˣ)", "\\frac{1}{1 + e^{- x}}"},
      {"p xᵖ⁻¹ ȳ", "p x^{p - 1} \\bar{y}"},
      {"Aᵀ Ȳ to B", "A^{\\top} \\bar{Y} \\text{ to } B"},
      {"−ȳ t / p to p", "- \\frac{\\bar{y} t}{p} \\text{ to } p"},
      {"y ȳ − y Σ y ȳ", "y \\bar{y} - y \\sum y \\bar{y}"},
      {"1 − Πₜ₊₁", "1 - \\Pi_{t + 1}"},
      {"(1/n) Σ x", "\\frac{1}{n} \\sum x"},
      {"w ← w − η m̂ / (d √ŝ + ε)",
       "w \\leftarrow w - \\frac{\\eta \\hat{m}}{d \\sqrt{\\hat{s}} + \\varepsilon}"},
      {"x0 + x1 + …", "x_{0} + x_{1} + \\dots"},
      {"|x − 1|²", "\\vert x - 1 \\vert^{2}"},
      {"the largest whole number ≤ x", "\\text{the largest whole number} \\le x"},
      {"s x where x > 0, else 0",
       "\\begin{cases} s x & \\text{where } x > 0 \\\\ 0 & \\text{else} \\end{cases}"},
      {"a mask, a + b", "\\text{a mask, } a + b"},
      {"entries [begin, end) of xᵢ's row",
       "\\text{entries } [ \\text{begin} , \\text{ end} ) \\text{ of } x_{i} \\text{'s row}"},
      {"swish(x) / 2", "\\frac{\\operatorname{swish} ( x )}{2}"},
      {"(a / b)²", "\\left( \\frac{a}{b} \\right)^{2}"},
  };
  for (const auto& [text, wanted] : expected) BOOST_TEST(latex(text) == wanted);
}

BOOST_AUTO_TEST_CASE(as_text) {
  for (const std::string_view text :
       {"1 − tanh² x", "x σ(x)", "Aᵀ B̄", "W̄₂", "−x", "1 / (1 + e^(−x))", "√(x + 1)", "max(a, b)",
        "s x where x > 0, else 0", "y (1 − y)", "(a + b) / (2 c)", "a b / c"}) {
    const auto formula = parse_formula(text == "1 / (1 + e^(−x))" ? "1 / (1 + e⁻ˣ)" : text);
    BOOST_TEST_REQUIRE(formula.has_value(), text);
    const std::string found = to_text(*formula);
    BOOST_TEST((found == text || (text == "1 / (1 + e^(−x))" && found == "1 / (1 + e⁻ˣ)")), found);
  }
}

BOOST_AUTO_TEST_CASE(as_mathml) {
  BOOST_TEST(mathml("−x²") == "<math><mrow><mo>−</mo><msup><mi>x</mi><mn>2</mn></msup></mrow></math>");
  BOOST_TEST(
      mathml("ȳ / x") ==
      R"(<math><mfrac><mover accent="true"><mi>y</mi><mo stretchy="false">¯</mo></mover><mi>x</mi></mfrac></math>)");
  BOOST_TEST(mathml("wₜ") == "<math><msub><mi>w</mi><mi>t</mi></msub></math>");
  BOOST_TEST(mathml("√x") == "<math><msqrt><mi>x</mi></msqrt></math>");
  BOOST_TEST(mathml("x to y") ==
             "<math><mrow><mi>x</mi><mtext>\u00A0to\u00A0</mtext><mi>y</mi></mrow></math>");
  BOOST_TEST(to_mathml(formula_or_text("x"), true) == R"(<math display="block"><mi>x</mi></math>)");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_said_so) {
  for (const std::string_view text :
       {"(x", "x)", "a +", "/ b", "x @ y", "a b / ", "√", "|x", "x²₁²", "tabs\tand\nlines", "a · · b"})
    BOOST_TEST(!parse_formula(text), text);
}

BOOST_AUTO_TEST_CASE(deep_brackets_are_no_danger) {
  BOOST_TEST(!parse_formula(std::string(100000, '(')));
  BOOST_TEST(!parse_formula(std::string(100000, '(') + "x" + std::string(100000, ')')));
  std::string roots;
  for (int i = 0; i < 50000; ++i) roots += "√";
  BOOST_TEST(!parse_formula(roots + "x"));
}

BOOST_AUTO_TEST_CASE(unreadable_text_stands_as_it_is_escaped) {
  BOOST_TEST(mathml("<script>alert(\"1\")</script> & @") ==
             "<math><mtext>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; @</mtext></math>");
  BOOST_TEST(to_latex(formula_or_text("\\input{x} $@ 100% _^~#&")) ==
             R"(\text{$\backslash$input\{x\} \$@ 100\% \_\^{}\~{}\#\&})");
  BOOST_TEST(latex_text("😀\n\xff") == R"(U+1F600$\backslash$n$\backslash$xff)");
  BOOST_TEST(mathml("\xff\xfe(") == R"(<math><mtext>\xff\xfe(</mtext></math>)");
}

BOOST_AUTO_TEST_SUITE_END()
