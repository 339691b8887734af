#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workload.hpp"

namespace gradus::bench {

/// One way to do a subject's work.
struct Entry {
  std::string contender;  ///< "gradus", "floor …"
  int threads;
  /// Makes it, holds it against the reference and gives the step to time. Throws std::runtime_error when it
  /// is wrong.
  std::function<std::function<void()>()> make;
  bool team = true;  ///< it runs on a Team, whose caller stays on the first processor
};

/// Something that is timed in several ways.
struct Subject {
  std::string name, description;
  double flops =
      0;  ///< of one call, counted from shapes, products and convolutions alone; 0: they say nothing
  double bytes = 0;  ///< that one call reads and writes at least, where memory sets the pace
  std::vector<Entry> entries;
  const Workload* network = nullptr;  ///< for peers
};

/// All that is measured, with these numbers of threads.
std::vector<Subject> catalogue(const std::vector<int>& threads);

}  // namespace gradus::bench
