#include <gradus/base/error.hpp>
#include <gradus/graph/thread_pool.hpp>

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

ThreadPool::ThreadPool(int threads) {
  try {
    for (int thread = 1; thread < threads; ++thread) workers_.emplace_back([this, thread] { serve(thread); });
  } catch (const std::system_error& error) {
    const std::size_t made = workers_.size() + 1;
    end();
    throw ValueError(
        fmt::format("{} threads are not to be had here, only {}: {}", threads, made, error.what()));
  }
}

ThreadPool::~ThreadPool() { end(); }

void ThreadPool::end() {
  ending_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::attempt(int thread) {
  try {
    task_(context_, thread);
  } catch (...) {
    if (!failed_.test_and_set()) failure_ = std::current_exception();
  }
}

void ThreadPool::serve(int thread) {
  std::uint32_t seen = 0;
  while (true) {
    for (int spin = 0; spin < spins && round_.load(std::memory_order_acquire) == seen; ++spin) pause();
    round_.wait(seen, std::memory_order_acquire);
    seen = round_.load(std::memory_order_acquire);
    if (ending_) return;
    attempt(thread);
    busy_.fetch_sub(1, std::memory_order_release);
  }
}

void ThreadPool::start(Task task, const void* context) {
  task_ = task;
  context_ = context;
  failed_.clear();
  busy_.store(static_cast<int>(workers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  attempt(0);
  for (int spin = 0; busy_.load(std::memory_order_acquire) > 0; ++spin) {
    pause();
    // On a machine with more work than cores, whoever is waited for may be waiting for this core.
    if (spin >= spins) std::this_thread::yield();
  }
  if (failed_.test()) std::rethrow_exception(failure_);
}

}  // namespace gradus
