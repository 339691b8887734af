#pragma once

#include <functional>
#include <string>
#include <vector>

namespace gradus::bench {

/// Something timed under a name; each call does the same work.
struct Contender {
  std::string name;
  std::function<void()> run;
};

struct Rounds {
  int rounds = 60;
  int calls = 10;  ///< timed calls of one contender in a row, after one that is not timed
};

/// The median time of one call in µs, for each contender.
///
/// They run by turns, A B A B …, so that a machine that drifts (frequency, neighbours) drifts for all of
/// them alike. The first call of a turn brings the contender's memory back into the caches.
std::vector<double> interleaved_medians(const std::vector<Contender>& contenders, const Rounds& rounds = {});

}  // namespace gradus::bench
