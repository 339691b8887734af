#pragma once

#include <gradus/graph/graph.hpp>
#include <gradus/graph/tensor.hpp>

#include <span>
#include <string>
#include <vector>

namespace gradus {

/// Where a function is looked at: the value of one input or variable.
struct Point {
  Expr leaf;
  Tensor<double> value;
};

/// How gradients are compared with differences.
struct GradientCheckOptions {
  /// The largest relative error that passes. Differences themselves are good to about 1e-10.
  double tolerance = 1e-8;

  /// The largest of the four steps of the differences, as a part of max(1, |x|). Kinks and the ends of the
  /// domain must be farther away.
  double step = 1e-2;

  /// Run the compiler's passes over function and gradient; off, so that the VJPs' own nodes are looked at.
  bool passes = false;

  /// Of the random directions.
  std::uint64_t seed = 1;
};

/// What a gradient check found.
struct GradientCheck {
  double error = 0;  ///< the largest relative error
  std::string of;    ///< the input or variable it was found at
  Index position = 0;
  double derived = 0;
  double numeric = 0;
  double tolerance = 0;
  bool passed = true;

  explicit operator bool() const { return passed; }
};

/// "largest relative error 2.0 (tolerance 1e-08) at 'w'[3]: derived −0.5, numeric 0.5".
std::string to_string(const GradientCheck& check);

/// Compares ȳᵀ ∂y/∂w, as gradients() derives it, with central differences in double, for every element of
/// every w; ȳ is 1 for a scalar y and random otherwise.
///
/// The differences are extrapolated three times from the steps h, h/2, h/4 and h/8 (Richardson 1911), so
/// their error is O(h⁸). The relative error is |derived − numeric| / max(|derived|, |numeric|, floor),
/// elementwise and on the norms of the whole of each w. The floor, 1e-4 of the largest element of the
/// gradient or of ȳ y, is what the differences' own rounding asks for: an error shows from 1e-12 of these on.
/// So a wrong sign, a wrong scale and a gradient of zeros are each rejected.
///
/// Every w is an input or a variable. `at` gives the values of all inputs, and of the variables that are not
/// to have their initial values. Adds the gradient's nodes to the graph. Throws GraphError for a w that is
/// neither, and what running a program throws.
GradientCheck check_gradient(Expr y, const Exprs& wrt, std::span<const Point> at,
                             const GradientCheckOptions& options = {});

/// The same for derivatives that have been made already, one for every w; y must be a scalar.
GradientCheck check_gradient(Expr y, const Exprs& wrt, const Exprs& derived, std::span<const Point> at,
                             const GradientCheckOptions& options = {});

/// Second order: compares the gradient of a random projection of the gradient, H v, with central differences
/// of the gradient.
GradientCheck check_second_gradient(Expr y, const Exprs& wrt, std::span<const Point> at,
                                    const GradientCheckOptions& options = {});

}  // namespace gradus
