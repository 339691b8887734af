#include <gradus/base/vector_registers.hpp>
#include <gradus/graph/declare/tensor.hpp>
#include <gradus/graph/run/thread_pool.hpp>
#include <gradus/graph/run/timeline.hpp>
#include <gradus/inspect/roofline.hpp>

#include <unistd.h>
#include <Eigen/Core>

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <memory>

namespace gradus {
namespace {

/// Nanoseconds for each of both bounds. What else the machine does must leave time for one round.
constexpr std::int64_t duration = 40'000'000;

/// As wide as the machine's vectors.
typedef float Lanes __attribute__((vector_size(vector_register_bytes)));
constexpr int width = vector_register_bytes / sizeof(float);

constexpr int chains = vector_registers / 4 * 3;

/// Seconds of the fastest round, each on all threads.
double fastest(int threads, const std::function<void(int thread)>& round) {
  const std::unique_ptr<ThreadPool> pool = threads == 1 ? nullptr : std::make_unique<ThreadPool>(threads);
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  const std::int64_t start = Timeline::now();
  for (std::int64_t begin = start; begin < start + duration; begin = Timeline::now()) {
    if (pool == nullptr)
      round(0);
    else
      pool->run(round);
    best = std::min(best, Timeline::now() - begin);
  }
  return 1e-9 * static_cast<double>(std::max<std::int64_t>(best, 1));
}

double operations_a_second(int threads) {
  constexpr Index length = 50'000;
  const volatile float s = 0.5F;
  const volatile float t = 1.0F;
  std::atomic<float> seen = 0;
  const double seconds = fastest(threads, [&](int) { seen = run_chains(s, t, length); });
  return operations_of_chains(length) * threads / seconds;
}

/// Bytes of the last-level cache; 32 MiB where the system does not say.
Index last_level_cache() {
  constexpr Index usual = Index{32} << 20;
#ifdef _SC_LEVEL3_CACHE_SIZE
  return std::max(usual, static_cast<Index>(::sysconf(_SC_LEVEL3_CACHE_SIZE)));
#else
  return usual;
#endif
}

double bytes_a_second(int threads) {
  const Index size = std::min(last_level_cache(), Index{128} << 20) / static_cast<Index>(sizeof(float));
  const Buffer<float> a(size);
  const Buffer<float> b(size);
  const Buffer<float> c(size);
  constexpr float s = 3;
  const double seconds = fastest(threads, [&](int thread) {
    const Index begin = size / lanes<float> * thread / threads * lanes<float>;
    const Index end = size / lanes<float> * (thread + 1) / threads * lanes<float>;
    using Array = Eigen::ArrayXf;
    Eigen::Map<Array, Eigen::Aligned64>(a.data() + begin, end - begin) =
        Eigen::Map<const Array, Eigen::Aligned64>(b.data() + begin, end - begin) +
        s * Eigen::Map<const Array, Eigen::Aligned64>(c.data() + begin, end - begin);
  });
  return 3.0 * static_cast<double>(size) * sizeof(float) / seconds;
}

}  // namespace

double Roofline::part(double operations_done, double bytes_moved, double seconds) const {
  return std::max(operations_done / operations, bytes_moved / bytes) / seconds;
}

/// From another y in each chain, or the compiler would make one of all.
float run_chains(float s, float t, Index length) {
  const Lanes factor = Lanes{} + s;
  const Lanes term = Lanes{} + t;
  Lanes y[chains];
  for (int c = 0; c < chains; ++c) y[c] = Lanes{} + t * static_cast<float>(c + 1);
  for (Index i = 0; i < length; ++i) {
#pragma GCC unroll 24
    for (int c = 0; c < chains; ++c) y[c] = y[c] * factor + term;
  }
  Lanes sum{};
  for (const Lanes& each : y) sum += each;
  float result = 0;
  for (int lane = 0; lane < width; ++lane) result += sum[lane];
  return result;
}

double operations_of_chains(Index length) { return 2.0 * width * chains * static_cast<double>(length); }

Roofline measure_roofline(int threads) { return {operations_a_second(threads), bytes_a_second(threads)}; }

}  // namespace gradus
