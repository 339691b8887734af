#pragma once

#include <gradus/data/augment/registry.hpp>
#include <gradus/models/parts.hpp>
#include <gradus/optim/registry.hpp>

namespace gradus {

/// The parts that settings may name.
struct Parts : ModelParts {
  RuleRegistry rules = registered_rules();
  Registry<Schedule> schedules = registered_schedules();
  Registry<data::Transform> transforms = data::registered_transforms();

  /// Adds a part of one's own, of whichever kind it is. Throws NameError for a name that is taken.
  template <class T>
  Parts& add() {
    if constexpr (std::constructible_from<UpdateRule, T>)
      rules.add<T>();
    else if constexpr (std::constructible_from<Schedule, T>)
      schedules.add<T>();
    else if constexpr (std::constructible_from<NamedInitialiser, T>)
      initialisers.add<T>();
    else if constexpr (std::constructible_from<Activation, T>) {
      activations.add<T>();
      layers.add<T>();
    } else if constexpr (std::constructible_from<Layer, T>)
      layers.add<T>();
    else if constexpr (std::constructible_from<Loss, T>)
      losses.add<T>();
    else
      transforms.add<T>();
    return *this;
  }
};

/// Those of the library.
const Parts& library_parts();

}  // namespace gradus
