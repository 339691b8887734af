// What depends on the batch is refused where nothing says how many examples there are.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

std::string refusal(const Graph& graph, const Exprs& wanted, bool passes) {
  CompileOptions options;
  options.passes = passes;
  return message_of<GraphError>([&] { compile<double>(graph, wanted, options); });
}

/// Passes or none make no difference, be it that they would fold away what depends on the batch.
void check_refused_alike(const Graph& graph, const Exprs& wanted, const std::string& named) {
  const std::string message = named +
                              ", but no output reads an input that has the batch axis, so its "
                              "batch is not known: ask for such an input too";
  BOOST_TEST(refusal(graph, wanted, true) == message);
  BOOST_TEST(refusal(graph, wanted, false) == message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unknown_batch)

BOOST_AUTO_TEST_CASE(of_a_value_that_is_wanted) {
  Graph g;
  const Expr x = g.input("x", {batch, 2});
  const Expr d = gradients(sum(x), {x}).front();
  check_refused_alike(g, {d}, "'" + d.name() + "' (batch, 2) has the batch axis");
}

BOOST_AUTO_TEST_CASE(of_a_value_on_the_way_to_a_scalar) {
  Graph g;
  const Expr b = g.parameter("b", {3});
  const Expr rows = broadcast_to(b, {batch, 3}).named("rows");
  check_refused_alike(g, {sum(rows)}, "'rows' (batch, 3) has the batch axis");
}

BOOST_AUTO_TEST_CASE(of_the_number_of_examples) {
  Graph g;
  const Expr n = g.batch_size().named("n");
  check_refused_alike(g, {n * 2.0}, "'n' () is the number of examples");
}

BOOST_AUTO_TEST_CASE(of_what_the_passes_fold_away) {
  Graph g;
  const Expr ones = g.constant(1.0, {batch, 3}).named("ones");
  check_refused_alike(g, {mean(ones)}, "'ones' (batch, 3) has the batch axis");
  const Expr x = g.input("x", {batch});
  BOOST_TEST(refusal(g, {mean(ones), x}, true) == "nothing was thrown");
}

// In training nothing is left of the input that says how many examples there are. The sum of 3 is infinite,
// and the sum of 1 would not be.
BOOST_AUTO_TEST_CASE(is_known_to_who_explains_a_loss_that_is_not_finite) {
  Graph g;
  const Expr x = g.input("x", {batch});
  const Expr w = g.parameter("w", {}, filled_with(1e308));
  const Expr loss = when_training(sum(broadcast_to(w, {batch})), sum(x));
  const Expr step = train_step(loss, {assign(w, w * 0.5)});
  for (const bool passes : {true, false}) {
    CompileOptions options = up_to(5);
    options.passes = passes;
    const auto program = compile<double>(g, {step}, options);
    State<double> state(g, 1);
    const std::vector<double> three(3);
    const std::string message = message_of<NumericError>([&] { program.run(state, {{x, three}}); });
    BOOST_TEST(message.find("The first node to go bad is") != std::string::npos, message);
    BOOST_TEST(state[w][0] == 1e308);
  }
}

BOOST_AUTO_TEST_SUITE_END()
