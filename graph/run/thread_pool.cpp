#include <gradus/base/error.hpp>
#include <gradus/graph/run/thread_pool.hpp>

#include <fmt/format.h>

#include <system_error>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace gradus {
namespace {

/// Some 50 µs: longer than the pauses between the stages of a step, shorter than anybody would mind.
constexpr int spins = 2000;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#endif
}

}  // namespace

ThreadPool::ThreadPool(int threads) : claimed_(static_cast<std::size_t>(threads)) {
  try {
    for (std::size_t share = 1; share < claimed_.size(); ++share)
      workers_.emplace_back([this, share] { serve(share); });
  } catch (const std::system_error& error) {
    const std::size_t made = workers_.size() + 1;
    end();
    throw ValueError(fmt::format("cannot start {} threads, only {}: {}", threads, made, error.what()));
  } catch (...) {
    end();
    throw;
  }
}

ThreadPool::~ThreadPool() { end(); }

void ThreadPool::end() {
  ending_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

/// Takes a share of the round on, unless another thread has. A round does not end before each of its shares
/// is done, so whoever gets one here may look at task_.
bool ThreadPool::claim(std::size_t share, std::uint32_t round) {
  std::uint32_t before = round - 1;
  return claimed_[share].compare_exchange_strong(before, round, std::memory_order_acq_rel);
}

void ThreadPool::attempt(std::size_t share) {
  try {
    task_(context_, static_cast<int>(share));
  } catch (...) {
    if (!failed_.test_and_set()) failure_ = std::current_exception();
  }
}

void ThreadPool::serve(std::size_t share) {
  std::uint32_t seen = 0;
  while (true) {
    for (int spin = 0; spin < spins && round_.load(std::memory_order_acquire) == seen; ++spin) pause();
    round_.wait(seen, std::memory_order_acquire);
    seen = round_.load(std::memory_order_acquire);
    if (ending_) return;
    if (!claim(share, seen)) continue;
    attempt(share);
    left_.fetch_sub(1, std::memory_order_release);
  }
}

void ThreadPool::start(Task task, const void* context) {
  task_ = task;
  context_ = context;
  failed_.clear();
  left_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  const std::uint32_t round = round_.fetch_add(1, std::memory_order_acq_rel) + 1;
  round_.notify_all();
  attempt(0);
  // Where other programs have the cores, a worker may sleep for long: what it has not begun is done here.
  for (std::size_t share = 1; share < claimed_.size(); ++share)
    if (claim(share, round)) {
      attempt(share);
      left_.fetch_sub(1, std::memory_order_relaxed);
    }
  for (int spin = 0; left_.load(std::memory_order_acquire) > 0; ++spin) {
    pause();
    if (spin >= spins) std::this_thread::yield();
  }
  if (failed_.test()) std::rethrow_exception(failure_);
}

}  // namespace gradus
