#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/optim/update_rule.hpp>

namespace gradus {

/// w ← w − η g: plain descent (Robbins & Monro 1951).
struct Sgd {
  static constexpr Description description{"sgd", "w ← w − η g", ""};
  Hyper learning_rate = 0.01;

  void update(Slots& slots, Expr w, Expr g) const {
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * g);
  }
};

}  // namespace gradus
