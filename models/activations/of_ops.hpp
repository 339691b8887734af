#pragma once

#include <gradus/base/part.hpp>
#include <gradus/graph/declare/expr.hpp>

#include <array>

namespace gradus::activations {

struct Sigmoid {
  static constexpr PartDescription description{"sigmoid", "1 / (1 + e⁻ˣ)"};
  Expr operator()(Expr x, SourceLocation location) const;
};

struct Tanh {
  static constexpr PartDescription description{"tanh", "tanh x"};
  Expr operator()(Expr x, SourceLocation location) const;
};

struct Relu {
  static constexpr PartDescription description{"relu", "max(x, 0)"};
  Expr operator()(Expr x, SourceLocation location) const;
};

struct LeakyRelu {
  static constexpr PartDescription description{"leaky-relu", "x where x > 0, else slope · x"};
  double slope = 0.01;
  static constexpr auto parameters() {
    return std::array{Parameter{"slope", &LeakyRelu::slope, from(0), "below 0"}};
  }
  Expr operator()(Expr x, SourceLocation location) const;
};

struct Elu {
  static constexpr PartDescription description{"elu", "x where x > 0, else alpha (eˣ − 1)"};
  double alpha = 1;
  static constexpr auto parameters() {
    return std::array{Parameter{"alpha", &Elu::alpha, from(0), "−alpha is where it goes to"}};
  }
  Expr operator()(Expr x, SourceLocation location) const;
};

struct Gelu {
  static constexpr PartDescription description{"gelu", "x Φ(x)"};
  Expr operator()(Expr x, SourceLocation location) const;
};

struct Softplus {
  static constexpr PartDescription description{"softplus", "ln(1 + eˣ)"};
  Expr operator()(Expr x, SourceLocation location) const;
};

struct Linear {
  static constexpr PartDescription description{"linear", "x"};
  Expr operator()(Expr x, SourceLocation location) const;
};

}  // namespace gradus::activations
