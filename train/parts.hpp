#pragma once

#include <gradus/data/augment/registry.hpp>
#include <gradus/optim/registry.hpp>

namespace gradus {

/// The parts that settings may name.
struct Parts {
  RuleRegistry rules;
  Registry<data::Transform> transforms;
};

/// Those of the library.
const Parts& library_parts();

}  // namespace gradus
