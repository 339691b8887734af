#include "team.hpp"

#include <immintrin.h>
#include <omp.h>

namespace gradus::bench {
namespace {

constexpr int spins_before_sleep = 2000;
constexpr int spins_before_yield =
    20'000;  // where somebody else has the core, a barrier would wait a time slice

}  // namespace

Team::Team(int threads) {
  omp_set_num_threads(1);
  for (int thread = 1; thread < threads; ++thread) workers_.emplace_back([this, thread] { serve(thread); });
}

Team::~Team() {
  ending_ = true;
  start();
  for (std::thread& worker : workers_) worker.join();
}

void Team::start() {
  if (workers_.empty()) return;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
}

void Team::barrier() {
  if (workers_.empty()) return;
  const std::uint32_t before = passed_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads()) {
    arrived_.store(0, std::memory_order_relaxed);
    passed_.store(before + 1, std::memory_order_release);
    return;
  }
  for (int spin = 0; passed_.load(std::memory_order_acquire) == before; ++spin) {
    _mm_pause();
    if (spin >= spins_before_yield) std::this_thread::yield();
  }
}

void Team::serve(int thread) {
  omp_set_num_threads(1);
  for (std::uint32_t seen = 0;; ++seen) {
    for (int spin = 0; spin < spins_before_sleep && round_.load(std::memory_order_acquire) == seen; ++spin)
      _mm_pause();
    round_.wait(seen, std::memory_order_acquire);
    if (ending_) return;
    task_(context_, thread);
    barrier();
  }
}

}  // namespace gradus::bench
