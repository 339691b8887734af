#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/update_rule.hpp>

#include <array>

namespace gradus {

/// w ← w − η g: stochastic gradient descent (Robbins & Monro 1951).
struct Sgd {
  static constexpr PartDescription description{"sgd", "w ← w − η g"};
  Hyper learning_rate = 0.01;

  static constexpr auto parameters() { return std::array{hyper::learning_rate<Sgd>()}; }

  void update(Slots& slots, Expr w, Expr g) const {
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * g);
  }
};

}  // namespace gradus
