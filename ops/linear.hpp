#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = s x + t for constants s and t.
struct Linear : Elementwise<1> {
  static constexpr Description description{"linear", "x", "s x + t"};
  static constexpr std::string_view javascript = "scale * x + shift";
  double scale;
  double shift;

  Attributes attributes() const { return {{"scale", scale}, {"shift", shift}}; }
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Rules rules();

  static double operations(std::span<const Extents>, const Extents& output) {
    return 2 * static_cast<double>(output.count());
  }

  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    y = x * static_cast<typename X::Scalar>(scale) + static_cast<typename X::Scalar>(shift);
  }
};

/// y = s x + t for constants s and t.
Expr linear(Expr x, double scale, double shift, SourceLocation location = SourceLocation::current());

}  // namespace gradus
