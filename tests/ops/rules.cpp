// Every rule of the compiler is tested by one law: both of its sides are the same numbers, and so are their
// derivatives.
#include <gradus/base/error.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/graph/declare/rule.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/registry.hpp>
#include <gradus/tests/ops/rule_samples.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <fmt/format.h>
#include <boost/test/unit_test.hpp>

#include <map>

using namespace gradus;
using namespace gradus::test;

namespace {

class ReadsOf final : public Uses {
 public:
  explicit ReadsOf(const Graph& graph) : graph_(graph) {}
  std::size_t of(const Expr& x) const override {
    std::size_t count = 0;
    for (std::size_t id = 0; id < graph_.size(); ++id)
      count += static_cast<std::size_t>(std::ranges::count(graph_.node(id).inputs(), &x.node()));
    return count;
  }

 private:
  const Graph& graph_;
};

/// How many numbers of the left are finite; throws where the right has others for them.
Index same_numbers(const Tensor<double>& left, const Tensor<double>& right, const char* what) {
  constexpr double tolerance = 1e-9;
  double size = 1;
  for (const double value : left.span())
    if (std::isfinite(value)) size = std::max(size, std::abs(value));
  Index finite = 0;
  for (Index i = 0; i < left.size(); ++i) {
    if (!std::isfinite(left[i])) continue;
    ++finite;
    if (!(std::abs(left[i] - right[i]) <= tolerance * size))
      throw std::runtime_error(
          fmt::format("{} {} is {} on the left and {} on the right", what, i, left[i], right[i]));
  }
  return finite;
}

/// Both sides and their derivatives by every leaf, without passes. Returns how many numbers were compared.
Index compare(Sample& sample, const Expr& left, const Expr& right) {
  if (left.shape() != right.shape()) throw std::runtime_error("the right side has another shape");
  Exprs wrt;
  for (const Point& leaf : sample.leaves) wrt.push_back(leaf.leaf);
  const Expr ybar = sample.leaf(left.shape());
  sample.leaf({batch});  // so that the batch is known whatever was made up
  Exprs wanted{left, right};
  try {
    for (const Expr& side : {left, right}) {
      const Exprs gradient = vector_jacobian(side, ybar, wrt, Unused::zeros);
      wanted.insert(wanted.end(), gradient.begin(), gradient.end());
    }
  } catch (const GraphError&) {  // an op without a derivative
    wanted.resize(2);
  }
  const std::size_t asked = wanted.size();
  for (const Point& leaf : sample.leaves) wanted.push_back(leaf.leaf);
  CompileOptions options = up_to(3);
  options.passes = false;
  const auto values = Runner<double>(sample.graph, wanted, sample.leaves, options).run();
  Index compared = same_numbers(values[0], values[1], "number");
  const std::size_t count = (asked - 2) / 2;
  for (std::size_t i = 0; i < count; ++i)
    compared += same_numbers(values[2 + i], values[2 + count + i], "a derivative's number");
  return compared;
}

/// What is wrong with a rule; empty for one that holds wherever it applies.
std::string wrong_with(const Rule& rule, const Pool& pool) {
  constexpr int enough = 12;
  constexpr std::uint64_t tries = 30000;
  for (const Pattern& example : rule.examples()) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < tries && found < enough; ++seed) {
      Sample sample(pool, seed);
      try {
        const Expr left = sample.of(example);
        const Expr right = rule.apply(left, ReadsOf(sample.graph));
        if (!right || right == left) continue;
        if (compare(sample, left, right) > 0) ++found;
      } catch (const DeadEnd&) {
      } catch (const std::exception& error) {
        return fmt::format("{}, of {}: {} (seed {})", to_string(rule.equation()), to_string(example),
                           error.what(), seed);
      }
    }
    if (found < enough)
      return fmt::format("{}: only {} samples of {} were found: give its ops more cases",
                         to_string(rule.equation()), found, to_string(example));
  }
  return "";
}

const Pool& pool() {
  static const Pool all;
  return all;
}

/// x, through which nothing flows back.
struct Frozen : Elementwise<1> {
  static constexpr Description description{"frozen", "x", "x"};
  static constexpr bool flat = true;
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x;
  }
};

/// 2 x, by an op of a user's own, with rules of its own.
struct Twofold : Elementwise<1> {
  static constexpr Description description{"twofold", "x", "2 x"};
  static Expr vjp(const Expr&, const Expr& ybar) { return apply(Twofold{}, {ybar}); }
  static Rules rules() {
    const Unknown a("a");
    const Unknown b("b");
    const auto twofold = [](const Pattern& x) { return call<Twofold>({x}); };
    return {.simplify = {{"of a negative", twofold(-a) == -twofold(a)},
                         {"of what is shared", twofold(a / (a + b)) == a * (2.0 / (a + b))}}};
  }
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x + x;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rules)

BOOST_AUTO_TEST_CASE(both_sides_of_every_rule_are_equal) {
  const std::vector<OpRule> all = op_rules();
  BOOST_TEST(all.size() > 60U);
  for (const OpRule& each : all) {
    const std::string wrong = wrong_with(*each.rule, pool());
    BOOST_TEST(wrong == "", each.op << ", " << each.rule->name() << ": " << wrong);
  }
}

BOOST_AUTO_TEST_CASE(every_rule_of_an_op_has_a_name_of_its_own) {
  std::map<std::string, int> titles;
  for (const OpRule& each : op_rules()) ++titles[each.rule->title()];
  for (const auto& [title, count] : titles) BOOST_TEST(count == 1, title);
}

BOOST_AUTO_TEST_CASE(the_law_finds_wrong_rules) {
  const Unknown a("a");
  const Unknown b("b");
  const Unknown p("p");
  const Unknown x("x");
  const Number k("k");
  const std::vector<Rule> wrong{
      {"sign", a - b == b - a},
      {"scale", a + a == a},
      {"of one side alone", log(sigmoid(x)) == softplus(-x)},
      {"a number left out", k * (2.0 * a) == k * a},
      {"without its condition", broadcast(reshape(x)) == broadcast(x)},
      {"another shape", transpose(x) == x},
      {"for some numbers", call<Maximum>({a, b}) == a},
      {"for positive numbers alone", sqrt(square(x)) == x},
      {"with a condition that says nothing", p * (a / b) == a, {positive(p)}},
      {"never", a * b == a * b + 0.0, {{"never", [](const Match&) { return false; }}}},
  };
  for (const Rule& rule : wrong) BOOST_TEST(wrong_with(rule, pool()) != "", rule.name());
}

BOOST_AUTO_TEST_CASE(the_law_finds_rules_that_lose_a_derivative) {
  const Unknown x("x");
  const Rule rule{"of a square", square(x) == call<Frozen>({square(x)})};
  BOOST_TEST(wrong_with(rule, pool()).find("a derivative's number") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_right_side_stands_on_the_left_too) {
  const Unknown a("a");
  const Unknown b("b");
  BOOST_CHECK_THROW(Rule("strange", a + 0.0 == b), InternalError);
}

BOOST_AUTO_TEST_CASE(rules_are_printed_as_they_are_written) {
  const Unknown a("a");
  const Unknown b("b");
  const Unknown c("c");
  const Number k("k");
  BOOST_TEST(to_string(c * a - c * b == c * (a - b)) == "c * a - c * b = c * (a - b)");
  BOOST_TEST(to_string(-(a - -b) == (a - b) - (b - c)) == "-(a - -b) = a - b - (b - c)");
  BOOST_TEST(to_string(-(-a) == a) == "-(-a) = a");
  BOOST_TEST(to_string(exp(a / 2.0) == a / (b * k)) == "exp(a / 2) = a / (b * k)");
  BOOST_TEST(to_string(exactly(Sum{{{0}, true}}, {a})) == "sum(a; axes=(0), keepdims)");
}

BOOST_AUTO_TEST_CASE(own_ops_have_rules_as_those_of_the_library) {
  Pool with_own = pool();
  with_own.add({erase(Twofold{}), {{3}}, {3}});
  for (const Rule& rule : rules_of<Twofold>().simplify) BOOST_TEST(wrong_with(rule, with_own) == "");
  Graph g;
  const Expr x = g.parameter("x", {3});
  const LoweredGraph after =
      simplify({std::shared_ptr<const Graph>(std::shared_ptr<void>(), &g), {apply(Twofold{}, {-x})}});
  BOOST_TEST(after.roots[0].op().name() == "negate");
  BOOST_TEST_REQUIRE(after.applied.size() == 1U);
  BOOST_TEST(after.applied[0].first == "twofold");
  BOOST_TEST(after.applied[0].second->title() == "twofold: of a negative");
  BOOST_TEST(after.roots[0].node().rule() == after.applied[0].second);
}

BOOST_AUTO_TEST_SUITE_END()
