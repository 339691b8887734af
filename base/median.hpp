#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace gradus {

/// The middle one of values, of which there is at least one; of an even number the upper of the middle two.
template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace gradus
