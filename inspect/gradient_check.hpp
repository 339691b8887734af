#pragma once

#include <gradus/inspect/recording.hpp>

#include <functional>
#include <span>
#include <string>
#include <vector>

/// Derivatives beside central differences in double.
///
/// One element of a node is moved and the nodes from there to y are computed again, in double, by the ops'
/// own kernels; what the node is computed from stays. Where y is no scalar, Σ ȳ y is the function that moves.
///
/// The difference is extrapolated from four steps (extrapolated_difference()), beginning with 10⁻² max(1,
/// |x|) and going down to 10⁻⁷ until it is good to 10⁻⁸; of all the least uncertain counts. Differences to
/// one side, extrapolated likewise, tell a kink: there what counts is how far the derived value lies outside
/// of both slopes.
namespace gradus {

/// One element of a gradient beside the difference around the recorded value.
struct CheckedElement {
  Index position = 0;      ///< row-major
  double derived = 0;      ///< what the gradient's node computed
  double numeric = 0;      ///< the difference; NaN where y has no finite values around
  double uncertainty = 0;  ///< of the difference: large where a kink (as of ReLU) is near
  double error = 0;        ///< relative; NaN where the difference is
  double left = 0;         ///< the slope to the left of a kink; elsewhere the difference
  double right = 0;        ///< and to its right

  /// Is the recorded value itself at a kink, as a ReLU's 0 is? Then any number between the slopes on both
  /// sides is a derivative that a VJP may give (a subgradient), and the difference is their mean.
  bool at_kink() const { return left < right || left > right; }

  /// The derivative nearest to the derived one: at a kink a subgradient, elsewhere the difference.
  double nearest() const;

  /// |derived − nearest| / max(|derived|, |nearest|, floor).
  double relative_error(double floor) const;
};

// --- Of a run that was recorded ---

/// A gradient, or the adjoint of a node between.
struct NumericCheck {
  const Adjoint* adjoint = nullptr;
  Index size = 0;                        ///< elements of the gradient
  std::vector<CheckedElement> elements;  ///< by position: all, or a sample
  double error = 0;                      ///< the largest of the elements' errors; NaN where none has one
};

/// Which elements are looked at.
struct NumericCheckOptions {
  /// At most so many of each gradient: the largest, and the others spread evenly.
  Index elements = 6;
};

/// "6 of 392000 elements, the largest and 5 spread evenly", or "all 6 elements".
std::string sampling(const NumericCheck& check);

/// Checks what each adjoint is a derivative by, a parameter or a node between. A loss that is no scalar
/// counts with the weights that its own adjoint has. The relative error is |derived − numeric| /
/// max(|derived|, |numeric|, 10⁻⁴ of the largest element of the gradient).
///
/// One check for every adjoint of the graph whose value and whose loss were recorded; `wanted`, where given,
/// says for which. Throws GraphError for a recording of another graph.
std::vector<NumericCheck> numeric_checks(const Graph& graph, const Recording& at,
                                         const std::function<bool(const Adjoint&)>& wanted = {},
                                         const NumericCheckOptions& options = {});

// --- Of an expression at a point ---

/// Where a function is looked at: the value of one input or variable.
struct Point {
  Expr leaf;
  Tensor<double> value;
};

/// How gradients are compared with differences.
struct GradientCheckOptions {
  /// The largest relative error that passes. Differences themselves are good to about 1e-10.
  double tolerance = 1e-8;

  /// Take the derivatives as a compiled program computes them; off, so that the VJPs' own nodes are looked
  /// at.
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

/// Compares ȳᵀ ∂y/∂w, as gradients() derives it, with central differences for every element of every w; ȳ is
/// 1 for a scalar y and random otherwise.
///
/// The relative error is |derived − numeric| / max(|derived|, |numeric|, floor), elementwise and on the norms
/// of the whole of each w. The floor, 1e-4 of the largest element of the gradient or of ȳ y, is what the
/// differences' own rounding asks for: an error shows from 1e-12 of these on. So a wrong sign, a wrong scale
/// and a gradient of zeros are each rejected.
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
