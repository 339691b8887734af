#include "costs.hpp"

#include <gradus/tests/graph/allocations/counting.hpp>
#include <nlohmann/json.hpp>

#include "accurate.hpp"
#include "compiled.hpp"
#include "lenet.hpp"

namespace gradus::bench {
namespace {

nlohmann::json costs_of(const std::string& name, Compiled& network) {
  network.step();
  std::size_t numbers = 0;
  const Snapshot state = network.snapshot();
  const test::Allocations allocations = test::count_allocations([&] { network.step(); });
  for (const Values* values : {&state.parameters, &state.first_moments, &state.second_moments})
    for (const auto& value : *values) numbers += value.size();
  return {{"name", name},
          {"state_bytes", numbers * sizeof(float)},
          {"planned_bytes", network.program().planned_bytes()},
          {"unplanned_bytes", network.program().unplanned_bytes()},
          {"allocations", allocations.all},
          {"news", allocations.news}};
}

}  // namespace

nlohmann::json costs() {
  nlohmann::json result = nlohmann::json::array();
  constexpr int threads = 1;
  for (const Workload& workload : workloads()) {
    if (!workload.training) continue;
    Compiled network(workload, threads);
    result.push_back(costs_of(workload.name, network));
  }
  Compiled lenet(lenet_layers, lenet_batch, threads, make_lenet_parameters());
  result.push_back(costs_of("W4", lenet));
  Compiled accurate(accurate_layers(), accurate_batch, threads, std::nullopt);
  result.push_back(costs_of("accurate", accurate));
  return {{"steps", result}};
}

}  // namespace gradus::bench
