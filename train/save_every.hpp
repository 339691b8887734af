#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace gradus {

/// How often a run is saved inside of its epochs: after so many iterations, or when so much time has passed.
struct SaveEvery {
  std::int64_t iterations = 0;   ///< 0 where it is a time
  std::chrono::seconds time{0};  ///< 0 where it is a number of iterations

  friend bool operator==(const SaveEvery&, const SaveEvery&) = default;
};

/// "500": every 500 iterations. "30s", "5m", "1h": a time. Throws ValueError for anything else, for zero, and
/// for more than 1,000,000,000 iterations or seconds.
SaveEvery parse_save_every(const std::string& text);

}  // namespace gradus
