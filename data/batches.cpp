#include <gradus/base/error.hpp>
#include <gradus/data/batches.hpp>
#include <gradus/data/shuffle.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradus::data {
namespace {

/// Asks for the beginning of an image that is soon to be read, so that a shuffled walk need not wait for
/// memory. The processor sees from a few cache lines where the reading goes and fetches the others by itself.
void prefetch(std::span<const std::uint8_t> image) {
  constexpr std::size_t cache_line = 64;
  constexpr std::size_t lines = 4;
  for (std::size_t k = 0; k < std::min(image.size(), lines * cache_line); k += cache_line)
    __builtin_prefetch(&image[k]);
}

std::size_t image_size(const Subset& subset) {
  return subset.dataset != nullptr ? subset.dataset->image_size() : 0;
}

Augmenter augmenter(const Subset& subset, const Augment& augment) {
  if (subset.dataset == nullptr) return {{}, 0, 0, 0};
  return {augment.chain, subset.dataset->rows, subset.dataset->cols, augment.seed};
}

}  // namespace

template <class Scalar>
Batches<Scalar>::Batches(const Subset& subset, const PixelScale& scale, std::size_t batch_size,
                         const Augment& augment, std::size_t lasting)
    : subset_(subset),
      scale_(scale),
      batch_size_(batch_size),
      augmenter_(augmenter(subset, augment)),
      room_(std::min(batch_size, subset.size())),
      lasting_(lasting) {
  if (batch_size == 0) throw ValueError("a batch of 0 examples is impossible; --batch must be at least 1");
  order_ = natural_order(subset.size());
  images_.resize(lasting * room_ * image_size(subset));
  labels_.resize(lasting * room_);
  if (augmented()) augmented_.resize(image_size(subset));
}

template <class Scalar>
void Batches<Scalar>::start(std::vector<std::uint32_t> order, std::size_t position, std::uint64_t epoch) {
  if (order.size() > subset_.size())
    throw ValueError(
        fmt::format("the order names {} examples, but there are {}", order.size(), subset_.size()));
  for (const std::uint32_t example : order)
    if (example >= subset_.size())
      throw ValueError(fmt::format("the order names example {}, but there are {}", example, subset_.size()));
  if (position > order.size())
    throw ValueError(fmt::format("cannot start at example {} of {}", position, order.size()));
  order_ = std::move(order);
  position_ = position;
  epoch_ = epoch;
}

template <class Scalar>
void Batches<Scalar>::gather(std::uint32_t example, std::span<Scalar> out) {
  // A copy that no store through `out` can change, so that the loop over pixels becomes vector instructions.
  const PixelScale scale = scale_;
  const auto scaled = [scale](auto pixel) { return scale.value<Scalar>(pixel); };
  const std::span<const std::uint8_t> image = subset_.image(example);
  if (augmented()) {
    augmenter_.apply(image, epoch_, example, augmented_);
    std::ranges::transform(augmented_, out.begin(), scaled);
  } else {
    std::ranges::transform(image, out.begin(), scaled);
  }
}

template <class Scalar>
std::optional<Batch<Scalar>> Batches<Scalar>::next() {
  const std::size_t size = std::min(room_, order_.size() - position_);
  if (size == 0) return std::nullopt;
  const std::size_t pixels = image_size(subset_);
  const auto images = std::span(images_).subspan(place_ * room_ * pixels, size * pixels);
  const auto labels = std::span(labels_).subspan(place_ * room_, size);
  place_ = (place_ + 1) % lasting_;
  constexpr std::size_t ahead = 4;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t k = position_ + i;
    if (order_.size() - k > ahead) prefetch(subset_.image(order_[k + ahead]));
    gather(order_[k], images.subspan(i * pixels, pixels));
    labels[i] = static_cast<Scalar>(subset_.label(order_[k]));
  }
  position_ += size;
  return Batch<Scalar>{images, labels, size};
}

template class Batches<float>;
template class Batches<double>;

}  // namespace gradus::data
