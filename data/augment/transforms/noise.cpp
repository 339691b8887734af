#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/noise.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gradus::data {

void Noise::paint(Canvas& canvas, Philox& random) const {
  const auto strength = static_cast<float>(255 * sigma);
  const std::span<float> pixels = canvas.pixels;
  const auto add = [&](std::size_t i, float z) {
    if (i < pixels.size()) pixels[i] = std::clamp(pixels[i] + strength * z, 0.0f, 255.0f);
  };
  // Two normal numbers from two uniform ones: Box and Muller (1958).
  for (std::size_t i = 0; i < pixels.size(); i += 2) {
    const float radius = std::sqrt(-2 * std::log((static_cast<float>(random.next() >> 8) + 1) * 0x1p-24f));
    const float angle = 2 * std::numbers::pi_v<float> * 0x1p-24f * static_cast<float>(random.next() >> 8);
    add(i, radius * std::cos(angle));
    add(i + 1, radius * std::sin(angle));
  }
}

}  // namespace gradus::data
