#pragma once

#include <gradus/dump/recording.hpp>

#include <string>
#include <vector>

namespace gradus {

/// One element of a gradient beside the difference of the loss around the recorded value.
struct CheckedElement {
  Index position = 0;      ///< row-major
  double derived = 0;      ///< what the gradient's node computed
  double numeric = 0;      ///< the difference; NaN where the loss has no finite values around
  double uncertainty = 0;  ///< of the difference: large where a kink (as of ReLU) is near
  double error = 0;        ///< relative; NaN where the difference is
  double left = 0;         ///< the slope to the left of a kink; elsewhere the difference
  double right = 0;        ///< and to its right

  /// Is the recorded value itself at a kink, as a ReLU's 0 is? Then any number between the slopes on both
  /// sides is a derivative that a VJP may give (a subgradient), and the difference is their mean.
  bool at_kink() const { return left < right || left > right; }
};

/// A gradient, or the adjoint of a node between, beside central differences in double.
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

/// Moves single elements of what an adjoint is a derivative by, a parameter or a node between, and computes
/// the loss again from there on, in double, by the ops' own kernels; what the node is computed from stays. A
/// loss that is no scalar counts with the weights that its own adjoint has: Σ ȳ y.
///
/// The difference is extrapolated from four steps (extrapolated_difference()), beginning with 10⁻² max(1,
/// |x|) and going down to 10⁻⁷ until it is good to 10⁻⁸; of all the least uncertain counts. The relative
/// error is |derived − numeric| / max(|derived|, |numeric|, 10⁻⁴ of the largest element of the gradient).
/// Differences to one side, extrapolated likewise, tell a kink: there what counts is how far the derived
/// value lies outside of both slopes.
///
/// One check for every adjoint of the graph whose value and whose loss were recorded; `wanted`, where given,
/// says for which. Throws GraphError for a recording of another graph.
std::vector<NumericCheck> numeric_checks(const Graph& graph, const Recording& at,
                                         const std::function<bool(const Adjoint&)>& wanted = {},
                                         const NumericCheckOptions& options = {});

}  // namespace gradus
