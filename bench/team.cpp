#include "team.hpp"

#include <omp.h>
#include <sched.h>

#include <span>

namespace gradus::bench {
namespace {

constexpr int spins_before_sleep = 2000;
constexpr int spins_before_yield =
    20'000;  // where somebody else has the core, a barrier would wait a time slice

/// The processors that this program may use.
const std::vector<int>& processors() {
  static const std::vector<int> all = [] {
    cpu_set_t set;
    std::vector<int> result;
    if (::sched_getaffinity(0, sizeof set, &set) == 0)
      for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set)) result.push_back(cpu);
    return result;
  }();
  return all;
}

/// The calling thread; where the system refuses, it goes where it will.
void stay_on(std::span<const int> cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(cpu, &set);
  if (!cpus.empty()) ::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

FirstProcessor::FirstProcessor() { stay_on(std::span(processors()).first(processors().empty() ? 0 : 1)); }
FirstProcessor::~FirstProcessor() { stay_on(processors()); }

Team::Team(int threads) {
  omp_set_num_threads(1);
  processors();  // before this program restricts itself
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
    pause();
    if (spin >= spins_before_yield) std::this_thread::yield();
  }
}

void Team::serve(int thread) {
  omp_set_num_threads(1);
  const std::size_t n = processors().size();
  if (n > 0) stay_on(std::span(processors()).subspan(static_cast<std::size_t>(thread) % n, 1));
  for (std::uint32_t seen = 0;; ++seen) {
    for (int spin = 0; spin < spins_before_sleep && round_.load(std::memory_order_acquire) == seen; ++spin)
      pause();
    round_.wait(seen, std::memory_order_acquire);
    if (ending_) return;
    task_(context_, thread);
    barrier();
  }
}

}  // namespace gradus::bench
