#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/update_rule.hpp>

#include <array>

namespace gradus {

/// v ← μ v + g, w ← w − η v: the heavy ball (Polyak 1964).
struct Momentum {
  static constexpr PartDescription description{"momentum", "v ← μ v + g, w ← w − η v"};
  Hyper learning_rate = 0.01;
  Hyper momentum = 0.9;

  static constexpr auto parameters() {
    return std::array{hyper::learning_rate<Momentum>(), hyper::momentum<Momentum>()};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Expr v = slots.zeros_like(w, "velocity");
    const Expr next = slots.scalar("momentum", momentum) * v + g;
    slots.assign(v, next);
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * next);
  }
};

}  // namespace gradus
