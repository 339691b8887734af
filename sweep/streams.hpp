#pragma once

#include <cstdint>

namespace gradus::sweep {

/// What the streams of random numbers of this room are for.
enum Stream : std::uint32_t {
  random_stream = 1,
  candidate_stream = 2,
};

}  // namespace gradus::sweep
