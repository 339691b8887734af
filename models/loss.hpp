#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/graph/declare/expr.hpp>

#include <functional>

namespace gradus {

/// How a classifier's answers are judged: a part, as base/part.hpp says, with `Expr operator()(Expr p, Expr
/// t, SourceLocation) const`, which gives the loss of each example, (batch), from probabilities p and one-hot
/// targets t, both (batch, classes); those of the library are in losses/. `static constexpr std::string_view
/// axis` is what the axis of a plot calls it, where that is not its name.
class Loss {
 public:
  /// Throws ValueError for a parameter out of range.
  template <class T>
  requires requires(const T& part, Expr e, SourceLocation location) {
    part(e, e, location).shape();
    T::description.name;
  }
  Loss(T part)  // NOLINT(google-explicit-constructor): Loss loss = losses::CrossEntropy()
      : apply_(part) {
    info_of<T>("loss").check(values_of(part));
    if constexpr (requires { T::axis; })
      axis_ = T::axis;
    else
      axis_ = T::description.name;
  }

  /// "cross-entropy (nats)".
  const std::string& axis() const { return axis_; }

  Expr operator()(Expr p, Expr t, SourceLocation location = SourceLocation::current()) const {
    return apply_(p, t, location);
  }

 private:
  std::string axis_;
  std::function<Expr(Expr, Expr, SourceLocation)> apply_;
};

/// Every loss of models/losses, by name.
const Registry<Loss>& registered_losses();

}  // namespace gradus
