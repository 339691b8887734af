#pragma once

#include <gradus/data/batches.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace gradus::data {

/// The batches of a walk, as Batches gives them. Where images are augmented a thread prepares the next ones,
/// two at most, while the last one is worked on; elsewhere gathering takes less time than handing over would,
/// and no thread is made; nor where the system has none to give. Either way the batches are the same.
/// Instantiated for float and double.
template <class Scalar>
class BatchFeed {
 public:
  /// As Batches does.
  BatchFeed(const Subset& subset, const PixelScale& scale, std::size_t batch_size, const Augment& augment);

  /// Begins a walk, as Batches does; one that is not at its end yet is given up, when the batch that is being
  /// prepared is done.
  void start(std::vector<std::uint32_t> order, std::size_t position, std::uint64_t epoch);

  /// The next batch, good until this is called again, or nothing after the last. Throws what preparing it
  /// threw.
  std::optional<Batch<Scalar>> next();

  /// How many examples of the order have been given out.
  std::size_t position() const { return position_; }

  /// How many examples the order holds.
  std::size_t size() const { return size_; }

 private:
  void prepare(const std::stop_token& stop);

  Batches<Scalar> batches_;  ///< the thread's alone while there is one
  std::size_t position_ = 0;
  std::size_t size_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::optional<Batch<Scalar>>> ready_;
  std::exception_ptr failure_;
  std::jthread thread_;  ///< last, so that it has ended before what it works with goes
};

extern template class BatchFeed<float>;
extern template class BatchFeed<double>;

}  // namespace gradus::data
