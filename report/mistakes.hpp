#pragma once

#include <gradus/data/dataset.hpp>
#include <gradus/data/transform.hpp>
#include <gradus/train/network.hpp>

namespace gradus {

/// An image whose most probable class is not its own.
struct Mistake {
  std::size_t index = 0;      ///< in the data set
  std::size_t truth = 0;      ///< its class
  std::size_t predicted = 0;  ///< the network's
  double confidence = 0;      ///< the probability the network gave that, in [0, 1]
  double of_truth = 0;        ///< the probability it gave the true class
};

/// The mistakes on a data set, the most confident first, of equals the first of the set; at most `max_count`
/// of them.
std::vector<Mistake> confident_mistakes(const Network& network, State<float>& state,
                                        const data::PixelScale& scale, const data::Dataset& test,
                                        std::size_t max_count);

}  // namespace gradus
