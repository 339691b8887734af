// Ops through which nothing flows back: those of derivative zero, and those that have none.
#include <gradus/base/error.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/support/fixtures.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <fmt/format.h>

using namespace gradus;
using namespace gradus::test;

namespace {

struct AnyNext {
  static constexpr Description description{"next", "x", "x + 1"};
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 1;
  static Shape infer(std::span<const Shape> inputs) { return inputs[0]; }
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x + 1;
  }
};

/// x + 1, by somebody who wrote no derivative.
struct Next : AnyNext {
  static constexpr bool no_derivative = true;
};

struct FlatNext : AnyNext {
  static constexpr bool flat = true;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(no_derivative)

BOOST_AUTO_TEST_CASE(of_an_op_that_has_none) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const int line = __LINE__ + 1;
  const Expr y = apply(Next{}, {w}).named("y");
  const Expr loss = sum(y);
  for (const Unused unused : {Unused::refuse, Unused::zeros})
    check_refused<GraphError>(
        [&] { gradients(loss, {w}, unused); },
        fmt::format("the op 'next' of 'y' (no_derivative.cpp:{}) has no derivative, but one is to flow back "
                    "through it to 'w': give 'next' a vjp, or say `static constexpr bool flat = true` where "
                    "its derivative is zero",
                    line));
}

BOOST_AUTO_TEST_CASE(is_no_matter_where_none_is_asked_for) {
  Graph g;
  const Expr w = g.parameter("w", {3}, filled_with(2));
  const Expr x = g.parameter("x", {3});
  const Expr d = gradients(sum(w * apply(Next{}, {x})), {w}).front();
  BOOST_TEST(Runner<double>(g, {d}, {}).run()[0][0] == 1);
}

BOOST_AUTO_TEST_CASE(of_an_op_that_is_flat) {
  Graph g;
  const Expr w = g.parameter("w", {3});
  const Expr loss = sum(w) + sum(apply(FlatNext{}, {w}));
  BOOST_TEST(Runner<double>(g, gradients(loss, {w}), {}).run()[0][0] == 1);
  BOOST_TEST(message_of<GraphError>([&] {
               gradients(sum(apply(FlatNext{}, {w})), {w});
             }).find("does not depend on 'w'") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
