#pragma once

#include <gradus/graph/op.hpp>

namespace gradus {

/// Every op of the library, sorted by name.
std::span<const Description* const> registered_ops();

}  // namespace gradus
