#include "roofline.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <gradus/inspect/roofline.hpp>
#include <memory>
#include <vector>

#include "floor_parts.hpp"
#include "team.hpp"

namespace gradus::bench {
namespace {

constexpr Index links = 10'000;

struct Arrays {
  std::vector<float> a, b, c;
  explicit Arrays(std::size_t n) : a(n, 0.0F), b(n, 1.0F), c(n, 2.0F) {}
};

double cache_bytes(int name, double otherwise) {
  const long bytes = ::sysconf(name);
  return bytes > 0 ? static_cast<double>(bytes) : otherwise;
}

/// A pass over small arrays is repeated until a call is long enough to be timed.
int passes(double array_bytes) { return std::max(1, static_cast<int>(8e6 / array_bytes)); }

}  // namespace

double peak_flops() { return operations_of_chains(links); }

std::function<void()> peak(int threads) {
  struct Job {
    Team team;
    volatile float s = 0.5F, t = 1.0F;
    std::vector<float> kept;
    explicit Job(int n) : team(n), kept(static_cast<std::size_t>(n) * lane_count) {}
  };
  return [job = std::make_shared<Job>(threads)] {
    job->team.run([&](int thread) {
      job->kept[static_cast<std::size_t>(thread) * lane_count] = run_chains(job->s, job->t, links);
    });
  };
}

double triad_bytes(double array_bytes) { return 3 * array_bytes * passes(array_bytes); }

std::function<void()> triad(int threads, double array_bytes) {
  struct Job {
    Team team;
    std::vector<Arrays> arrays;
    int passes;
    Job(int n, double bytes)
        : team(n),
          arrays(static_cast<std::size_t>(n), Arrays(static_cast<std::size_t>(bytes / sizeof(float)))),
          passes(bench::passes(bytes)) {}
  };
  return [job = std::make_shared<Job>(threads, array_bytes)] {
    job->team.run([&](int thread) {
      Arrays& own = job->arrays[static_cast<std::size_t>(thread)];
      float* __restrict const a = own.a.data();
      const float* __restrict const b = own.b.data();
      const float* __restrict const c = own.c.data();
      for (int pass = 0; pass < job->passes; ++pass) {
        for (std::size_t i = 0; i < own.a.size(); ++i) a[i] = b[i] + 3.0F * c[i];
        asm volatile("" ::: "memory");  // every pass is made
      }
    });
  };
}

std::function<void()> hand_over() {
  struct Job {
    Team team{2};
    alignas(64) std::atomic<int> line{0};
  };
  return [job = std::make_shared<Job>()] {
    job->line = 0;
    job->team.run([&](int thread) {
      for (int turn = 0; turn < 500; ++turn) {
        const int mine = 2 * turn + thread;
        while (job->line.load(std::memory_order_acquire) != mine) pause();
        job->line.store(mine + 1, std::memory_order_release);
      }
    });
  };
}

double memory_array_bytes() { return std::max(64e6, 2 * cache_bytes(_SC_LEVEL3_CACHE_SIZE, 32e6)); }

double cache_array_bytes() { return cache_bytes(_SC_LEVEL2_CACHE_SIZE, 1e6) / 6; }

}  // namespace gradus::bench
