#include "catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <gradus/train/settings.hpp>
#include <memory>

#include "accurate.hpp"
#include "compiled.hpp"
#include "convolutions.hpp"
#include "elementwise.hpp"
#include "floor_dense.hpp"
#include "floor_lenet.hpp"
#include "plans.hpp"
#include "reference.hpp"
#include "roofline.hpp"

namespace gradus::bench {
namespace {

using Step = std::function<void()>;

std::string told(const std::string& contender, int threads) {
  return fmt::format("{}, threads: {}", contender, threads);
}

/// A network that has been verified, as a step to time.
template <class Made>
Step verified(const Truth& truth, const std::string& who, std::shared_ptr<Made> network) {
  verify_steps(truth, who, *network);
  return [network] { network->step(); };
}

template <class Made>
Step verified(const Workload& workload, const std::string& who, std::shared_ptr<Made> network) {
  if (workload.training) return verified(truth_of(workload), who, network);
  verify_probabilities(workload, who, *network);
  return [network] { network->infer(); };
}

Subject dense_subject(const Workload& workload, const std::vector<int>& threads, bool with_floor) {
  Subject subject{workload.name, workload.description(), workload.flops(), 0, {}, &workload};
  for (const int n : threads) {
    subject.entries.push_back({"gradus", n,
                               [&workload, n] {
                                 return verified(workload, told("gradus", n),
                                                 std::make_shared<Compiled>(workload, n));
                               },
                               false});
    if (!with_floor) continue;
    const auto floor = [&](const std::string& name, Split split) {
      subject.entries.push_back({name, n, [&workload, n, name, split] {
                                   return verified(workload, told(name, n),
                                                   std::make_shared<FloorDense>(workload, n, split));
                                 }});
    };
    floor("floor columns", Split::columns);
    if (n > 1) floor("floor examples", Split::examples);
  }
  return subject;
}

Subject lenet_subject(const std::vector<int>& threads) {
  Subject subject{"W4", lenet_description(), lenet_flops(), 0, {}, {}};
  for (const int n : threads) {
    subject.entries.push_back(
        {"gradus", n, [n] {
           return verified(truth_of_lenet(), told("gradus", n),
                           std::make_shared<Compiled>(lenet_layers, lenet_batch, n, make_lenet_parameters()));
         }});
    subject.entries.push_back({"floor", n, [n] {
                                 return verified(truth_of_lenet(), told("floor", n),
                                                 std::shared_ptr<Network>(floor_lenet(n)));
                               }});
  }
  return subject;
}

Subject accurate_subject(const std::vector<int>& threads) {
  Subject subject{"accurate",
                  fmt::format("gradus train cnn --model-size accurate, Adam, batch {}", accurate_batch),
                  accurate_flops(),
                  0,
                  {},
                  {}};
  for (const int n : threads)
    subject.entries.push_back({"gradus", n,
                               [n] {
                                 const auto network = std::make_shared<Compiled>(
                                     accurate_layers(), accurate_batch, n, std::nullopt);
                                 verify_that_it_learns(*network);
                                 return [network] { network->step(); };
                               },
                               false});
  return subject;
}

/// Steps whose numbers are seen to be right when they are made.
void add(Subject& subject, const std::string& contender, const std::vector<int>& threads,
         const std::function<Step(int threads)>& make, bool team = true) {
  for (const int n : threads) subject.entries.push_back({contender, n, [make, n] { return make(n); }, team});
}

std::vector<Subject> parts(const std::vector<int>& threads) {
  std::vector<Subject> result;
  Subject& roof = result.emplace_back(Subject{"roof", "independent chains of multiply-adds", 0, 0, {}, {}});
  add(roof, "peak", threads, peak);
  for (const auto& [name, what, bytes] :
       {std::tuple("triad-cache", "a = b + 3 c within the second-level cache", cache_array_bytes()),
        std::tuple("triad-memory", "a = b + 3 c beyond the last-level cache", memory_array_bytes())}) {
    Subject& triads = result.emplace_back(Subject{name, what, 0, triad_bytes(bytes), {}, {}});
    add(triads, "triad", threads, [bytes = bytes](int n) { return triad(n, bytes); });
  }
  Subject& ways = result.emplace_back(
      Subject{"handover", "a cache line from one thread to the other, 1000 times: ns of one", 0, 0, {}, {}});
  if (std::ranges::find(threads, 2) != threads.end())
    add(ways, "spinning", {2}, [](int) { return hand_over(); });
  for (std::size_t layer = 0; layer < lenet_convolutions.size(); ++layer)
    for (const auto& [pass, what] : {std::tuple(Pass::forward, "forward"), std::tuple(Pass::kernel, "kernel"),
                                     std::tuple(Pass::input, "input")}) {
      if (layer == 0 && pass == Pass::input) continue;
      const LenetConvolution& c = lenet_convolutions[layer];
      Subject& subject = result.emplace_back(
          Subject{fmt::format("conv{}-{}", layer + 1, what),
                  fmt::format("convolution {}→{} 5×5 of {}×{}, batch {}: {}", c.channels, c.out_channels,
                              c.size, c.size, lenet_batch,
                              pass == Pass::forward ? "forward" : fmt::format("gradient of its {}", what)),
                  convolution_flops(layer),
                  0,
                  {},
                  {}});
      add(subject, "gradus", threads, [layer, pass = pass](int n) {
        verify_convolutions(layer, pass);
        return convolution_by_gradus(layer, pass, n);
      });
      if (pass != Pass::forward)
        add(subject, "floor", threads, [layer, pass = pass](int n) {
          verify_convolutions(layer, pass);
          return convolution_by_hand(layer, pass, n);
        });
      add(
          subject, "oneDNN", threads,
          [layer, pass = pass](int n) { return convolution_by_onednn(layer, pass, n); }, false);
    }
  Subject& chain =
      result.emplace_back(Subject{"chain",
                                  fmt::format("y = z σ(z) + x / 10, z = x w + ½, of {} numbers", chain_size),
                                  0,
                                  3.0 * sizeof(float) * chain_size,
                                  {},
                                  {}});
  add(chain, "gradus", threads, chain_by_gradus, false), add(chain, "floor", threads, chain_by_hand);
  Subject& adam = result.emplace_back(Subject{"adam",
                                              fmt::format("Adam's update of {} parameters", adam_size),
                                              0,
                                              7.0 * sizeof(float) * adam_size,
                                              {},
                                              {}});
  add(adam, "gradus", threads, adam_by_gradus, false), add(adam, "floor", threads, adam_by_hand);
  return result;
}

}  // namespace

std::vector<Subject> catalogue(const std::vector<int>& threads) {
  std::vector<Subject> result;
  for (const Workload& workload : workloads()) {
    if (workload.name == "W5") result.push_back(lenet_subject(threads));
    result.push_back(dense_subject(workload, threads, true));
  }
  result.push_back(accurate_subject(threads));
  for (Subject& subject : plans(threads)) result.push_back(std::move(subject));
  for (Subject& subject : parts(threads)) result.push_back(std::move(subject));
  for (const Workload& workload : growth()) result.push_back(dense_subject(workload, threads, false));
  return result;
}

}  // namespace gradus::bench
