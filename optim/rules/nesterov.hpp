#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/update_rule.hpp>

#include <array>

namespace gradus {

/// v ← μ v + g, w ← w − η (g + μ v): Nesterov's accelerated gradient (1983), in the form of Sutskever et al.
/// (2013) that PyTorch uses.
struct Nesterov {
  static constexpr PartDescription description{"nesterov", "v ← μ v + g, w ← w − η (g + μ v)"};
  static constexpr std::array<std::string_view, 1> aliases{"nag"};
  Hyper learning_rate = 0.01;
  Hyper momentum = 0.9;

  static constexpr auto parameters() {
    return std::array{hyper::learning_rate<Nesterov>(), hyper::momentum<Nesterov>()};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Expr v = slots.zeros_like(w, "velocity");
    const Expr mu = slots.scalar("momentum", momentum);
    const Expr next = mu * v + g;
    slots.assign(v, next);
    const Expr direction = g + mu * next;
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * direction);
  }
};

}  // namespace gradus
