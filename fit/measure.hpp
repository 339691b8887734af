#pragma once

#include <gradus/fit/fit.hpp>

#include <algorithm>

namespace gradus {

/// Computes expressions for examples, batch after batch.
class ExampleRunner {
 public:
  ExampleRunner(const Exprs& outputs, int threads);

  /// Hands each batch's first example, its size and its values on.
  void run(
      State<float>& state, const Examples& given,
      const std::function<void(std::size_t first, std::size_t count, const Results<float>&)>& take) const;

 private:
  Exprs outputs_;
  Program<float> program_;
};

/// evaluate(), compiled once.
class Measurer {
 public:
  Measurer(const Trainable& network, int threads);

  /// Where classes are chosen, `judged` is told the true and the chosen class of each example.
  Measured of(State<float>& state, const Examples& examples,
              const std::function<void(float truth, float chosen)>& judged = {}) const;

 private:
  Trainable network_;
  Expr losses_;
  ExampleRunner runner_;
};

}  // namespace gradus
