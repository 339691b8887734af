#pragma once

#include <gradus/graph/compile/options.hpp>

#include <string>
#include <vector>

namespace gradus::test {

/// A way to compile that must not change a bit.
struct NamedPlan {
  std::string name;
  CompileOptions options;
};

/// Every choice of the plan on and off: first all of them off, on one thread. Several threads share out all
/// that can be, however little it is.
inline std::vector<NamedPlan> plans(CompileOptions options = {}) {
  options.least_work = 0;
  options.fuse = options.share_memory = options.regions = options.machine_code = false;
  std::vector<NamedPlan> result{{"plain", options}};
  const auto add = [&](const std::string& name, auto... changes) {
    CompileOptions changed = options;
    (changes(changed), ...);
    result.push_back({name, changed});
  };
  const auto fuse = [](CompileOptions& o) { o.fuse = true; };
  const auto share = [](CompileOptions& o) { o.share_memory = true; };
  const auto code = [](CompileOptions& o) { o.machine_code = true; };
  const auto regions = [](CompileOptions& o) { o.regions = true; };
  const auto threads = [](int count) { return [count](CompileOptions& o) { o.threads = count; }; };
  add("fused", fuse);
  add("shared memory", share);
  add("fused, shared memory", fuse, share);
  add("fused, shared memory, machine code", fuse, share, code);
  add("in regions", regions);
  add("in regions, fused, shared memory, machine code", regions, fuse, share, code);
  add("3 threads", threads(3));
  add("2 threads in regions", threads(2), regions);
  add("3 threads in regions, shared memory", threads(3), regions, share);
  add("4 threads, fused, shared memory, machine code", threads(4), fuse, share, code);
  add("8 threads in regions, fused, shared memory, machine code", threads(8), regions, fuse, share, code);
  return result;
}

}  // namespace gradus::test
