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

}  // namespace

template <class Scalar>
Batches<Scalar>::Batches(const Subset& subset, const PixelScale& scale, std::size_t batch_size)
    : subset_(subset), scale_(scale), batch_size_(batch_size) {
  if (batch_size == 0) throw ValueError("a batch of 0 examples is impossible; --batch must be at least 1");
  order_ = natural_order(subset.size());
  const std::size_t room = std::min(batch_size, subset.size());
  images_.resize(room * (subset.dataset != nullptr ? subset.dataset->image_size() : 0));
  labels_.resize(room);
}

template <class Scalar>
void Batches<Scalar>::start(std::vector<std::uint32_t> order, std::size_t position) {
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
}

template <class Scalar>
std::optional<Batch<Scalar>> Batches<Scalar>::next() {
  const std::size_t size = std::min(labels_.size(), order_.size() - position_);
  if (size == 0) return std::nullopt;
  Scalar* out = images_.data();
  constexpr std::size_t ahead = 4;
  // A copy that no store through `out` can change, so that the loop over pixels becomes vector instructions.
  const PixelScale scale = scale_;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t k = position_ + i;
    if (order_.size() - k > ahead) prefetch(subset_.image(order_[k + ahead]));
    const std::uint32_t example = order_[k];
    out = std::ranges::transform(subset_.image(example), out, [scale](std::uint8_t pixel) {
            return scale.value<Scalar>(pixel);
          }).out;
    labels_[i] = static_cast<Scalar>(subset_.label(example));
  }
  position_ += size;
  return Batch<Scalar>{{images_.data(), out}, {labels_.data(), size}, size};
}

template class Batches<float>;
template class Batches<double>;

}  // namespace gradus::data
