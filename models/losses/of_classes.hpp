#pragma once

#include <gradus/base/part.hpp>
#include <gradus/graph/declare/expr.hpp>

#include <array>

namespace gradus::losses {

/// The negative logarithm of the true class's probability.
struct CrossEntropy {
  static constexpr PartDescription description{"cross-entropy", "−Σ t ln p"};
  static constexpr std::string_view axis = "cross-entropy (nats)";
  Expr operator()(Expr p, Expr t, SourceLocation location) const;
};

/// Brier's score (1950).
struct SquaredError {
  static constexpr PartDescription description{"squared-error", "Σ (p − t)²"};
  static constexpr std::array<std::string_view, 1> aliases{"mse"};
  static constexpr std::string_view axis = "squared error";
  Expr operator()(Expr p, Expr t, SourceLocation location) const;
};

}  // namespace gradus::losses
