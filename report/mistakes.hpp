#pragma once

#include <gradus/train/evaluate.hpp>

namespace gradus {

/// An image whose most probable class is not its own.
struct Mistake {
  std::size_t index = 0;      ///< in the split
  std::size_t truth = 0;      ///< its class
  std::size_t predicted = 0;  ///< the network's
  double confidence = 0;      ///< the probability the network gave that, in [0, 1]
  double of_truth = 0;        ///< the probability it gave the true class
};

/// The mistakes on a split, the most confident first, of equals the first of the split; at most `most` of
/// them.
std::vector<Mistake> confident_mistakes(const Network& network, State<float>& state,
                                        const data::PixelScale& scale, const data::Subset& examples,
                                        std::size_t most);

}  // namespace gradus
