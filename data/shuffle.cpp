#include <gradus/base/error.hpp>
#include <gradus/base/philox.hpp>
#include <gradus/data/shuffle.hpp>
#include <gradus/data/streams.hpp>

#include <fmt/format.h>

#include <limits>
#include <numeric>
#include <utility>

namespace gradus::data {

std::vector<std::uint32_t> natural_order(std::size_t n) {
  if (n > std::numeric_limits<std::uint32_t>::max())
    throw ValueError(fmt::format("{} examples are too many to order; at most 2^32 - 1 are possible", n));
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  return order;
}

std::vector<std::uint32_t> permutation(std::size_t n, std::uint64_t seed, std::uint64_t epoch) {
  auto order = natural_order(n);
  Philox random(seed, shuffle_stream, epoch);
  for (std::size_t left = n; left > 1; --left)
    std::swap(order[left - 1], order[random.below(static_cast<std::uint32_t>(left))]);
  return order;
}

}  // namespace gradus::data
