#include <gradus/base/error.hpp>
#include <gradus/data/transform.hpp>

#include <fmt/format.h>

#include <cmath>

namespace gradus::data {

PixelStatistics pixel_statistics(const Subset& subset) {
  const std::size_t image_size = subset.size() == 0 ? 0 : subset.dataset->image_size();
  const std::size_t count = subset.size() * image_size;
  if (count == 0) throw ValueError("no examples to compute a mean and a deviation of");
  const auto pixels = std::span(subset.dataset->pixels).subspan(subset.first * image_size, count);
  std::uint64_t sum = 0;
  std::uint64_t squares = 0;
  for (const std::uint32_t pixel : pixels) {
    sum += pixel;
    squares += pixel * pixel;
  }
  // Moments about a whole number c next to the mean, Σ(p − c) and Σ(p − c)², lose nothing to cancellation:
  // equal pixels have a deviation of exactly 0.
  const std::uint64_t centre = sum / count;
  const double n = static_cast<double>(count);
  const double excess = static_cast<double>(sum - centre * count) / n;
  const double spread = static_cast<double>(squares + centre * centre * count - 2 * centre * sum) / n;
  return {static_cast<double>(sum) / n / 255, std::sqrt(spread - excess * excess) / 255};
}

PixelScale standardised(const PixelStatistics& statistics) {
  if (!(statistics.standard_deviation > 0))
    throw ValueError("cannot standardise: all pixels are equal, so their deviation is 0");
  return {1 / (255 * statistics.standard_deviation), -statistics.mean / statistics.standard_deviation};
}

template <class Scalar>
std::vector<Scalar> one_hot(std::span<const std::uint8_t> labels, std::size_t classes) {
  std::vector<Scalar> rows(labels.size() * classes, Scalar{0});
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= classes)
      throw ValueError(fmt::format("label {} of example {} is not one of {} classes", labels[i], i, classes));
    rows[i * classes + labels[i]] = Scalar{1};
  }
  return rows;
}

template std::vector<float> one_hot(std::span<const std::uint8_t>, std::size_t);
template std::vector<double> one_hot(std::span<const std::uint8_t>, std::size_t);

}  // namespace gradus::data
