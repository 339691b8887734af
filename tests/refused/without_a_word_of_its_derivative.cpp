// an op says one of these of its derivative: vjp, flat = true where it is zero, or no_derivative = true where
#include <gradus/graph/declare/define.hpp>

using namespace gradus;

struct Next {
  static constexpr Description description{"next", "x", "x + 1"};
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 1;
#ifdef RIGHT
  static constexpr bool no_derivative = true;
#endif
  static Shape infer(std::span<const Shape> inputs) { return inputs[0]; }
  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x + 1;
  }
};

OpPtr made() { return erase(Next{}); }
