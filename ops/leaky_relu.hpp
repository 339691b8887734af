#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = x where x > 0, else s x (Maas et al. 2013).
struct LeakyRelu : Elementwise<1> {
  static constexpr Description description{"leaky_relu", "x", "x where x > 0, else s x"};
  static constexpr std::string_view javascript = "x > 0 ? x : slope * x";
  double slope;

  Attributes attributes() const { return {{"slope", slope}}; }
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    y = (x > typename X::Scalar(0)).select(x, x * static_cast<typename X::Scalar>(slope));
  }
};

/// y = x where x > 0, else s x (Maas et al. 2013).
Expr leaky_relu(Expr x, double slope = 0.01, SourceLocation location = SourceLocation::current());

}  // namespace gradus
