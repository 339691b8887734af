#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/erase.hpp>

#include <cmath>
#include <cstdint>

namespace gradus::data {

void Erase::paint(Canvas& canvas, Philox& random) const {
  if (random.uniform() >= probability) return;
  const double pixels = static_cast<double>(canvas.rows * canvas.cols);
  const double widest = std::log(1 / 0.3);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double size = random.uniform(0.02, area) * pixels;
    const double ratio = std::exp(random.uniform(-widest, widest));
    const auto rows = static_cast<std::size_t>(std::lround(std::sqrt(size * ratio)));
    const auto cols = static_cast<std::size_t>(std::lround(std::sqrt(size / ratio)));
    if (rows == 0 || cols == 0 || rows > canvas.rows || cols > canvas.cols) continue;
    const std::size_t top = random.below(static_cast<std::uint32_t>(canvas.rows - rows + 1));
    const std::size_t left = random.below(static_cast<std::uint32_t>(canvas.cols - cols + 1));
    for (std::size_t row = top; row < top + rows; ++row)
      for (std::size_t col = left; col < left + cols; ++col)
        canvas.pixels[row * canvas.cols + col] = static_cast<float>(random.next() >> 24);
    return;
  }
}

}  // namespace gradus::data
