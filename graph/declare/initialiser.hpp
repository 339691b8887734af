#pragma once

#include <gradus/graph/declare/shape.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace gradus {

/// How a variable starts: values as a function of its extents, the seed and the stream that keeps two
/// variables of one seed apart.
struct Initialiser {
  std::string name;
  std::function<void(std::span<double> values, const Extents& extents, std::uint64_t seed,
                     std::uint64_t stream)>
      fill;
};

/// Every value the same.
Initialiser filled_with(double value);

}  // namespace gradus
