#include <gradus/base/error.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/graph/declare/rule.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/minimize.hpp>
#include <gradus/optim/rules/sgd.hpp>
#include <gradus/tests/dump/graphs.hpp>
#include <gradus/tests/support/fixtures.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// An op of the user's whose rule fails.
struct Unruly : Elementwise<1> {
  static constexpr Description description{"unruly", "x", "x"};
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x;
  }
  static Expr vjp(const Expr&, const Expr& ybar) { return ybar; }
  static Rules rules() {
    const Unknown x("x");
    return {.simplify = {{"refuses", call<Unruly>({x}) == computed("nothing", [](const Match&) -> Expr {
                                       throw GraphError("refused");
                                     })}}};
  }
};

/// Second forms of lines, and in brackets those that nobody reads then.
std::vector<std::string> short_forms(const Textbook& book) {
  std::vector<std::string> all;
  for (const TextbookBackward& part : book.backward)
    for (const TextbookLine& line : part.lines) {
      const std::string left = to_text(line.left);
      if (line.folded) all.push_back("(" + left + ")");
      if (line.shorter) all.push_back(left + " = " + to_text(*line.shorter));
    }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shorter)

BOOST_AUTO_TEST_CASE(softmax_and_cross_entropy_are_p_minus_t_in_every_stage) {
  Graph graph;
  const Classifier model = small_mlp(graph);
  minimize(model.loss, Sgd{});
  const Textbook book = textbook(graph);
  const std::vector<std::string> expected{"(ℓ̄)", "(p̄)", "z̄₂ = 1 / n (p − t)"};
  BOOST_TEST(short_forms(book) == expected, boost::test_tools::per_element());
  std::vector<std::string> names;
  for (const Rule* rule : book.backward[0].lines[3].shortened_by) names.push_back(rule->name());
  BOOST_TEST(names == (std::vector<std::string>{"times a quotient by itself", "scaled row of one_hot",
                                                "negative broadcast times a difference"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(other_losses_have_short_forms_too) {
  const auto forms = [](Expr (*loss)(const Expr&, const Expr&)) {
    Graph graph;
    const Expr x = graph.input("x", {batch, 3});
    const Expr t = graph.input("t", {batch, 1});
    const Expr w = graph.parameter("w", {3, 1});
    const Expr z = matmul(x, w).named("z");
    gradients(mean(loss(z, t)).named("L"), {w});
    return short_forms(textbook(graph));
  };
  const auto binary = forms([](const Expr& z, const Expr& t) {
    const Expr p = sigmoid(z).named("p");
    return binary_cross_entropy(p, t).named("l");
  });
  BOOST_TEST_REQUIRE(!binary.empty());
  BOOST_TEST(binary.back() == "z̄ = l̄ (p − t)");
  BOOST_TEST(std::ranges::count(binary, "(p̄)") == 1);
  const auto squares = forms([](const Expr& z, const Expr& t) { return square(z - t).named("l"); });
  BOOST_TEST(squares.empty());  // z̄ = 2 l̄ (z − t) already
  const auto probabilities = forms([](const Expr& z, const Expr& t) {
    const Expr p = sigmoid(z).named("p");
    return square(p - t).named("l");
  });
  BOOST_TEST(probabilities.empty());
}

BOOST_AUTO_TEST_CASE(what_another_use_reads_is_not_folded) {
  Graph graph;
  const Expr z = graph.parameter("z", {4, 10});
  const Expr t = one_hot(graph.input("label", {4}), 10).named("t");
  const Expr p = softmax(z).named("p");
  const Expr a = graph.parameter("a", {10});
  gradients(sum(cross_entropy(p * a, t)).named("L"), {z, a});
  BOOST_TEST(short_forms(textbook(graph)) == (std::vector<std::string>{"z̄ = p ⊙ (p̄ − Σ_(axis 1) p ⊙ p̄)"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(graphs_without_derivatives_or_with_rules_that_fail_have_no_short_forms) {
  Graph declared;
  const Expr z = declared.parameter("z", {4});
  const Expr f = sum(elementwise(Unruly{}, {z}, SourceLocation::current()) * z).named("f");
  BOOST_TEST(short_forms(textbook(declared)).empty());
  gradients(f, {z});
  const Textbook book = textbook(declared);
  BOOST_TEST(!book.backward.empty());
  BOOST_TEST(short_forms(book).empty());
}

BOOST_AUTO_TEST_SUITE_END()
