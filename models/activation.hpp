#pragma once

#include <gradus/base/registry.hpp>
#include <gradus/graph/declare/expr.hpp>

#include <functional>

namespace gradus {

/// The nonlinearity of a layer: a part, as base/part.hpp says, with `Expr operator()(Expr x, SourceLocation)
/// const`, which gives an expression of x's shape; those of the library are in activations/.
class Activation {
 public:
  /// Throws ValueError for a parameter out of range.
  template <class T>
  requires requires(const T& part, Expr x, SourceLocation location) {
    part(x, location).shape();
    T::description.name;
  }
  Activation(T part)  // NOLINT(google-explicit-constructor): Activation f = activations::Tanh()
      : text_(checked_text("activation", part)), apply_(part) {}

  /// As --activation takes it, with the numbers that are not the defaults.
  const std::string& text() const { return text_; }

  Expr operator()(Expr x, SourceLocation location = SourceLocation::current()) const {
    return apply_(x, location);
  }

 private:
  std::string text_;
  std::function<Expr(Expr, SourceLocation)> apply_;
};

/// Every activation of models/activations, by name.
const Registry<Activation>& registered_activations();

}  // namespace gradus
