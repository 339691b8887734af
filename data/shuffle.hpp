#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradus::data {

/// A random order of 0 … n − 1 as a function of (seed, epoch), the same on every machine and with every
/// standard library: Fisher and Yates's shuffle (Durstenfeld 1964) over counted random numbers. Throws
/// ValueError when n is not below 2³².
std::vector<std::uint32_t> permutation(std::size_t n, std::uint64_t seed, std::uint64_t epoch);

/// 0 … n − 1 in order: for evaluation.
std::vector<std::uint32_t> natural_order(std::size_t n);

}  // namespace gradus::data
