#pragma once

#include <gradus/data/transform.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/train/network.hpp>

#include <functional>
#include <span>
#include <vector>

namespace gradus {

/// What a network says of an image.
struct Prediction {
  std::size_t index = 0;                 ///< of the image
  std::size_t label = 0;                 ///< the most probable class
  std::span<const float> probabilities;  ///< of every class, valid as long as it is looked at

  double confidence() const { return static_cast<double>(probabilities[label]); }

  /// The `count` most probable classes, all where there are fewer; the most probable first.
  std::vector<std::size_t> most_probable(std::size_t count) const;
};

/// A network compiled to say which classes images have.
class Predictor {
 public:
  /// The network must outlive this.
  Predictor(const Network& network, const data::PixelScale& scale);

  /// Hands on what the network says of each image, in their order; `pixels` are those of one image after the
  /// other.
  void predict(State<float>& state, std::span<const std::uint8_t> pixels,
               const std::function<void(const Prediction&)>& take) const;

 private:
  const Network* network_;
  data::PixelScale scale_;
  Program<float> program_;
};

}  // namespace gradus
