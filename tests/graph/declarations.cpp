// What a declaration leaves behind when it fails: nothing.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Everything a graph shows of itself.
std::string everything(const Graph& g) {
  std::string text;
  for (std::size_t id = 0; id < g.size(); ++id) {
    text += g.node(id).name() + ' ' + std::string(g.node(id).op().name());
    BOOST_TEST((g.find(g.node(id).name()) == Expr(g.node(id))));
    text += '\n';
  }
  for (const Variable& variable : g.variables()) text += variable.name + '\n';
  return text + std::to_string(g.adjoints().size()) + ' ' + g.context().scope;
}

template <class Body>
void fail_within(Graph& g, const Body& body) {
  try {
    const auto whole = g.declaration();
    body();
    throw std::runtime_error("half-way");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(declarations)

BOOST_AUTO_TEST_CASE(that_fail_leave_nothing) {
  Graph g;
  const Expr w = g.parameter("w", {2});
  const Expr y = square(w);
  const std::string before = everything(g);
  fail_within(g, [&] {
    const auto scope = g.scope("layer");
    const Expr v = g.parameter("weight", {2});
    const Expr z = tanh(y * v + g.step() + sum(g.random_key())).named("z");
    g.attach_update(assign(v, z));
    gradients(sum(z), {w});
  });
  BOOST_TEST(everything(g) == before);
  // All of it can be declared now, under the same names.
  const auto scope = g.scope("layer");
  const Expr v = g.parameter("weight", {2});
  BOOST_TEST(v.name() == "layer/weight");
  BOOST_TEST((y * v).name() == "layer/multiply");
  BOOST_TEST(g.step().name() == "step");
  BOOST_TEST(g.random_key().name() == "random_key");
  BOOST_TEST(g.side_updates(sum(v)).empty());
  State<double> state(g, 1);
  BOOST_TEST(state["layer/weight"].size() == 2);
}

BOOST_AUTO_TEST_CASE(that_fail_give_names_back) {
  Graph g;
  const Expr w = g.parameter("w", {2});
  const Expr y = square(w);
  const std::string before = everything(g);
  fail_within(g, [&] {
    y.named("y");
    tanh(w).named("square");
  });
  BOOST_TEST(everything(g) == before);
  BOOST_TEST(y.named("y").name() == "y");
  BOOST_TEST(square(w).name() == "square_2");
}

BOOST_AUTO_TEST_CASE(that_succeed_stay) {
  Graph g;
  const Expr w = g.parameter("w", {2});
  {
    const auto whole = g.declaration();
    square(w).named("y");
  }
  BOOST_TEST(g.size() == 2U);
  BOOST_TEST(g.contains("y"));
}

// One within another: what the inner one kept goes with the outer one.
BOOST_AUTO_TEST_CASE(within_declarations) {
  Graph g;
  const Expr w = g.parameter("w", {2});
  const std::string before = everything(g);
  fail_within(g, [&] {
    {
      const auto inner = g.declaration();
      square(w).named("kept");
    }
    fail_within(g, [&] { tanh(w).named("gone"); });
    BOOST_TEST(g.contains("kept"));
    BOOST_TEST(!g.contains("gone"));
  });
  BOOST_TEST(everything(g) == before);
  BOOST_TEST(tanh(w).name() == "tanh");
}

// An exception on its way when a declaration begins is none of its own.
BOOST_AUTO_TEST_CASE(made_while_another_exception_is_on_its_way) {
  Graph g;
  struct Declares {
    Graph& g;
    ~Declares() {
      const auto whole = g.declaration();
      g.parameter("w", {2});
    }
  };
  try {
    const Declares last{g};
    throw std::runtime_error("on its way");
  } catch (const std::runtime_error&) {
  }
  BOOST_TEST(g.contains("w"));
}

BOOST_AUTO_TEST_SUITE_END()
