#pragma once

#include <gradus/base/part.hpp>
#include <gradus/optim/schedule.hpp>

/// The lines of the parameters that update rules have in common, for a rule R with a member of that name.
namespace gradus::hyper {

template <class R>
constexpr auto learning_rate() {
  return Parameter{"learning_rate", &R::learning_rate, above(0), "learning rate η"};
}

template <class R>
constexpr auto momentum() {
  return Parameter{"momentum", &R::momentum, from_to_below(0, 1), "momentum μ"};
}

template <class R>
constexpr auto beta1() {
  return Parameter{"beta1", &R::beta1, from_to_below(0, 1), "β₁, of the mean of gradients"};
}

template <class R>
constexpr auto beta2() {
  return Parameter{"beta2", &R::beta2, from_to_below(0, 1), "β₂, of the mean of squared gradients"};
}

template <class R>
constexpr auto epsilon() {
  return Parameter{"epsilon", &R::epsilon, above(0), "ε, which keeps the divisor above 0"};
}

}  // namespace gradus::hyper
