#pragma once

#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/dataset.hpp>
#include <gradus/data/transform.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gradus::data {

/// Some examples as a network is fed them; valid until the memory is used again, which is when the next batch
/// is gathered where nothing else is said.
template <class Scalar>
struct Batch {
  std::span<const Scalar> images;  ///< size × (rows · cols), row-major
  std::span<const Scalar> labels;  ///< size: class indices
  std::size_t size = 0;
};

/// How the images of a training set are changed before they are learned from; by default not at all.
struct Augment {
  Augmentation chain{};
  std::uint64_t seed = 0;
};

/// Walks through the examples of a subset in a given order, batch by batch, copying one batch at a time into
/// the same memory. The last batch holds what is left. Instantiated for float and double.
///
///     Batches<float> batches(split.train, PixelScale{}, 64);
///     batches.start(permutation(split.train.size(), seed, epoch), position);
///     while (const auto batch = batches.next()) …
template <class Scalar>
class Batches {
 public:
  /// Stands before the first example, in the subset's own order. Images are augmented, then scaled. A batch
  /// is good until `lasting` more have been gathered. The data set must outlive this.
  /// Throws ValueError when batch_size is 0.
  Batches(const Subset& subset, const PixelScale& scale, std::size_t batch_size, const Augment& augment = {},
          std::size_t lasting = 1);

  /// Begins a walk: example order[k] of the subset comes as k-th, as augmented for the epoch, and the first
  /// `position` are passed over, as when a stopped run resumes. Throws ValueError when the order names more
  /// examples than the subset has or one beyond it, or the position lies beyond the order.
  void start(std::vector<std::uint32_t> order, std::size_t position = 0, std::uint64_t epoch = 0);

  /// The next batch, or nothing after the last. Allocates nothing.
  std::optional<Batch<Scalar>> next();

  /// How many examples of the order have been given out: what `start` takes to go on from here.
  std::size_t position() const { return position_; }

  /// How many examples the order holds.
  std::size_t size() const { return order_.size(); }

  bool augmented() const { return !augmenter_.augmentation().empty(); }

  /// How many batches a whole walk has: ⌈size / batch_size⌉.
  std::size_t count() const { return (size() + batch_size_ - 1) / batch_size_; }

 private:
  void gather(std::uint32_t example, std::span<Scalar> out);

  Subset subset_;
  PixelScale scale_;
  std::size_t batch_size_;
  std::vector<std::uint32_t> order_;
  std::size_t position_ = 0;
  std::uint64_t epoch_ = 0;
  Augmenter augmenter_;
  std::vector<float> augmented_;
  std::size_t room_;  ///< examples that the memory of one batch holds
  std::size_t lasting_;
  std::size_t place_ = 0;  ///< of the batch that is gathered next, among the lasting ones
  std::vector<Scalar> images_;
  std::vector<Scalar> labels_;
};

extern template class Batches<float>;
extern template class Batches<double>;

}  // namespace gradus::data
