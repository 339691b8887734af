#include <gradus/data/augment/augmentation.hpp>
#include <gradus/fuzz/support/target.hpp>

#include <array>
#include <cmath>

void gradus::fuzz::take(std::string_view input) {
  const auto chain = data::Augmentation::parse(std::string(input));
  require(data::Augmentation::parse(chain.text()).text() == chain.text(),
          "a chain's text is read as the chain");

  constexpr std::size_t rows = 5;
  constexpr std::size_t cols = 4;
  std::array<std::uint8_t, rows * cols> image{};
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(13 * i);
  std::array<float, rows * cols> changed{};
  data::Augmenter(chain, rows, cols, 1).apply(image, 2, 3, changed);
  for (const float pixel : changed) require(std::isfinite(pixel), "pixels stay finite");
}
