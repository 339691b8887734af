#pragma once

#include <cstdint>

namespace gradus::data {

/// What the streams of random numbers of this room are for.
enum Stream : std::uint32_t {
  shuffle_stream = 1,
  train_digits_stream = 2,
  test_digits_stream = 3,
  train_labels_stream = 4,
  test_labels_stream = 5,
  points_stream = 6,
  augment_stream = 1U << 24U,  ///< the first of as many as a chain has transforms
};

}  // namespace gradus::data
