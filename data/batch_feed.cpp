#include <gradus/data/batch_feed.hpp>

#include <system_error>
#include <utility>

namespace gradus::data {
namespace {

constexpr std::size_t most_ready = 2;

/// Besides those that are ready one is worked on.
constexpr std::size_t lasting = most_ready + 1;

}  // namespace

template <class Scalar>
BatchFeed<Scalar>::BatchFeed(const Subset& subset, const PixelScale& scale, std::size_t batch_size,
                             const Augment& augment)
    : batches_(subset, scale, batch_size, augment, augment.chain.empty() ? 1 : lasting),
      size_(batches_.size()) {}

template <class Scalar>
void BatchFeed<Scalar>::start(std::vector<std::uint32_t> order, std::size_t position, std::uint64_t epoch) {
  // Stops the thread that was there and waits for it.
  thread_ = {};
  ready_.clear();
  failure_ = nullptr;
  batches_.start(std::move(order), position, epoch);
  position_ = position;
  size_ = batches_.size();
  if (!batches_.augmented()) return;
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { prepare(stop); });
  } catch (const std::system_error&) {
    // Without one, each batch is prepared when it is asked for.
  }
}

template <class Scalar>
std::optional<Batch<Scalar>> BatchFeed<Scalar>::next() {
  std::optional<Batch<Scalar>> batch;
  if (!thread_.joinable()) {
    batch = batches_.next();
  } else {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || failure_ != nullptr; });
    if (ready_.empty()) std::rethrow_exception(failure_);
    batch = ready_.front();
    // What stands for the end stays, so that asking again is answered again.
    if (batch) ready_.pop_front();
  }
  changed_.notify_one();
  if (batch) position_ += batch->size;
  return batch;
}

template <class Scalar>
void BatchFeed<Scalar>::prepare(const std::stop_token& stop) {
  try {
    std::optional<Batch<Scalar>> batch;
    do {
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return ready_.size() < most_ready; })) return;
      }
      batch = batches_.next();
      const std::lock_guard lock(mutex_);
      ready_.push_back(batch);
      changed_.notify_one();
    } while (batch);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_one();
  }
}

template class BatchFeed<float>;
template class BatchFeed<double>;

}  // namespace gradus::data
