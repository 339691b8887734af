#pragma once

#include <gradus/inspect/gradient_check.hpp>
#include <gradus/inspect/recording.hpp>

#include <algorithm>
#include <vector>

namespace gradus {

/// Numbers that a dump shows beside the graph. What is null is left out; both are of the graph that is
/// dumped.
struct Annotations {
  const Recording* values = nullptr;
  const std::vector<NumericCheck>* checks = nullptr;

  /// The check of an adjoint; null where there is none.
  const NumericCheck* check_of(const Adjoint& adjoint) const {
    if (checks == nullptr) return nullptr;
    const auto found = std::ranges::find(*checks, &adjoint, &NumericCheck::adjoint);
    return found == checks->end() ? nullptr : &*found;
  }
};

}  // namespace gradus
