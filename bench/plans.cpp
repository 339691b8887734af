#include "plans.hpp"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "compiled.hpp"
#include "lenet.hpp"
#include "reference.hpp"

namespace gradus::bench {
namespace {

struct Choice {
  const char* turned_off;  ///< as a contender is called
  bool CompileOptions::*choice;
  /// Passes put one formula in place of another, or one order of a sum, that is equal in real numbers and
  /// rounds differently. The other choices say only when and where each number is computed.
  bool same_bits = true;
};

constexpr Choice choices[]{
    {"passes off", &CompileOptions::passes, false},      {"fuse off", &CompileOptions::fuse},
    {"memory apart", &CompileOptions::share_memory},     {"regions off", &CompileOptions::regions},
    {"machine code off", &CompileOptions::machine_code},
};

using Make = std::function<std::shared_ptr<Compiled>(int threads, const CompileOptions& options)>;

/// Throws std::runtime_error, naming `who`, unless three steps of `network` have the losses of as many of
/// `all_on`, and leave the same state, to the bit.
void verify_same_bits(const std::string& who, Compiled& network, Compiled& all_on) {
  for (int t = 1; t <= 3; ++t) {
    const double loss = network.step(), expected = all_on.step();
    if (loss != expected)
      throw std::runtime_error(
          fmt::format("{}: the loss of step {} is {:.9g}, and {:.9g} with all on", who, t, loss, expected));
  }
  const Snapshot got = network.snapshot(), expected = all_on.snapshot();
  if (got.parameters != expected.parameters || got.first_moments != expected.first_moments ||
      got.second_moments != expected.second_moments)
    throw std::runtime_error(
        fmt::format("{}: after three steps the state is not, to the bit, the one with all on", who));
}

Subject plan_subject(const std::string& network, const std::string& description, double flops,
                     const std::vector<int>& threads, const std::function<Truth()>& truth, const Make& make) {
  Subject subject{"plan-" + network, description, flops, 0, {}, {}};
  const auto add = [&](const std::string& contender, int n, const CompileOptions& options, bool same_bits) {
    const std::string who = fmt::format("{}, threads: {}", contender, n);
    subject.entries.push_back({contender, n,
                               [=] {
                                 const auto made = make(n, options);
                                 if (same_bits)
                                   verify_same_bits(who, *made, *make(n, {}));
                                 else
                                   verify_steps(truth(), who, *made);
                                 return [made] { made->step(); };
                               },
                               false});
  };
  for (const int n : threads) {
    add("all on", n, {}, false);
    for (const auto& [turned_off, choice, same_bits] : choices) {
      CompileOptions options;
      options.*choice = false;
      add(turned_off, n, options, same_bits);
    }
  }
  return subject;
}

}  // namespace

std::vector<Subject> plans(const std::vector<int>& threads) {
  std::vector<Subject> result;
  for (const Workload& workload : workloads()) {
    if (!workload.training) continue;
    if (workload.name == "W5")
      result.push_back(plan_subject("W4", lenet_description(), lenet_flops(), threads, truth_of_lenet,
                                    [](int n, const CompileOptions& options) {
                                      return std::make_shared<Compiled>(lenet_layers, lenet_batch, n,
                                                                        make_lenet_parameters(), options);
                                    }));
    result.push_back(plan_subject(
        workload.name, workload.description(), workload.flops(), threads,
        [&workload] { return truth_of(workload); },
        [&workload](int n, const CompileOptions& options) {
          return std::make_shared<Compiled>(workload, n, options);
        }));
  }
  return result;
}

}  // namespace gradus::bench
