#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace gradus::bench {

/// For loops that wait by spinning.
inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#endif
}

/// A fixed team of threads for steps written by hand. Within a step they wait for each other by spinning,
/// which takes a fraction of a microsecond; between steps they spin for some 50 µs and then sleep, so that
/// whoever is timed next has the cores. oneDNN is told to use one thread in each.
class Team {
 public:
  explicit Team(int threads);
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// work(0) … work(threads − 1), each on a thread of its own, the caller's the first.
  template <class Work>
  void run(const Work& work) {
    task_ = [](const void* context, int thread) { (*static_cast<const Work*>(context))(thread); };
    context_ = &work;
    start();
    work(0);
    barrier();
  }

  /// Returns when every thread of the team is here. For work that runs, on all of its threads.
  void barrier();

 private:
  void start();
  void serve(int thread);

  void (*task_)(const void*, int) = nullptr;
  const void* context_ = nullptr;
  bool ending_ = false;
  alignas(64) std::atomic<std::uint32_t> round_{0};
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> passed_{0};
  std::vector<std::thread> workers_;
};

/// While it lives the caller's thread stays on the first processor, which no other thread of a team has: two
/// that spin on one processor would wait for each other's time slices.
class FirstProcessor {
 public:
  FirstProcessor();
  FirstProcessor(const FirstProcessor&) = delete;
  FirstProcessor& operator=(const FirstProcessor&) = delete;
  ~FirstProcessor();
};

}  // namespace gradus::bench
