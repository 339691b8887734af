// The training step of a few networks: the hand-written floor on one thread, the compiled step, their ratio.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <omp.h>

#include <cstdio>
#include <exception>

#include "contenders.hpp"
#include "lenet.hpp"

namespace {

using gradus::bench::Contender;
using gradus::bench::Workload;

/// Every step timed on a network; the first is what the others are measured against.
std::vector<Contender> contenders(const Workload& workload) {
  return {gradus::bench::floor_contender(workload), gradus::bench::step_contender(workload, 1),
          gradus::bench::step_contender(workload, 2)};
}

void print_comparison(const std::string& name, const std::string& description,
                      const std::vector<Contender>& all) {
  const std::vector<double> medians = gradus::bench::interleaved_medians(all);
  for (std::size_t c = 0; c < all.size(); ++c) {
    const std::string ratio = c == 0 ? "" : fmt::format("{:>8.2f} ×", medians[c] / medians.front());
    fmt::print("{:<4}{:<36}{:<20}{:>9.1f} µs{}\n", name, description, all[c].name, medians[c], ratio);
  }
}

void register_benchmark(const std::string& name, const Contender& contender) {
  benchmark::RegisterBenchmark(fmt::format("{}/{}", name, contender.name).c_str(),
                               [contender](benchmark::State& state) {
                                 for ([[maybe_unused]] auto _ : state) contender.run();
                               })
      ->Unit(benchmark::kMicrosecond)
      ->MinTime(0.1)
      ->Repetitions(9)
      ->ReportAggregatesOnly();
}

}  // namespace

int main(int argc, char** argv) try {
  omp_set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;

  fmt::print(
      "One training step; medians of interleaved rounds, and their ratio to the first line of each network, "
      "where there is one a floor on one thread\n\n");
  for (const Workload& workload : gradus::bench::workloads()) {
    const std::vector<Contender> all = contenders(workload);
    print_comparison(workload.name, workload.description(), all);
    for (const Contender& contender : all) register_benchmark(workload.name, contender);
  }
  const std::vector<Contender> lenet{gradus::bench::lenet_contender(1), gradus::bench::lenet_contender(2)};
  print_comparison("W4", fmt::format("LeNet, batch {}, Adam", gradus::bench::lenet_batch), lenet);
  for (const Contender& contender : lenet) register_benchmark("W4", contender);
  fmt::print("\n");
  std::fflush(stdout);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "gradus-bench: {}\n", error.what());
  return 1;
}
