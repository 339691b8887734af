// the vjp of this op cannot be used: write it as Expr vjp(const Expr& y, const Expr& ybar, std::size_t input)
#include <gradus/graph/declare/define.hpp>

using namespace gradus;

struct Twice {
  static constexpr Description description{"twice", "x", "2 x"};
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 1;
  static Shape infer(std::span<const Shape> inputs) { return inputs[0]; }
#ifdef RIGHT
  Expr vjp(const Expr&, const Expr& ybar) const { return ybar; }
#else
  Expr vjp(const Expr&, const Expr& ybar) { return ybar; }
#endif
  template <class Y, class X, class... More>
  static void evaluate(Y& y, const X& x, const More&... more) {
    y = (x + ... + more) * 2;
  }
};

OpPtr made() { return erase(Twice{}); }
