#include <gradus/ops/registry.hpp>

#include <algorithm>
#include <array>

#include "op_includes.inc"

namespace gradus {

std::span<const Description* const> registered_ops() {
  static const auto ops = [] {
    std::array found{
#include "op_list.inc"
    };
    std::ranges::sort(found, {}, [](const Description* op) { return op->name; });
    return found;
  }();
  return ops;
}

}  // namespace gradus
