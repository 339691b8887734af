#include <gradus/base/error.hpp>
#include <gradus/data/batches.hpp>
#include <gradus/data/shuffle.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradus::data {

template <class Scalar>
Batches<Scalar>::Batches(const Subset& subset, const PixelScale& scale, std::size_t batch_size)
    : subset_(subset), batch_size_(batch_size) {
  if (batch_size == 0) throw ValueError("a batch of 0 examples is impossible; --batch must be at least 1");
  for (std::size_t pixel = 0; pixel < value_of_pixel_.size(); ++pixel)
    value_of_pixel_[pixel] = static_cast<Scalar>(scale(static_cast<std::uint8_t>(pixel)));
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
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint32_t example = order_[position_ + i];
    for (const std::uint8_t pixel : subset_.image(example)) *out++ = value_of_pixel_[pixel];
    labels_[i] = static_cast<Scalar>(subset_.label(example));
  }
  position_ += size;
  return Batch<Scalar>{{images_.data(), out}, {labels_.data(), size}, size};
}

template class Batches<float>;
template class Batches<double>;

}  // namespace gradus::data
