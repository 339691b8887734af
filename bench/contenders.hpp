#pragma once

#include "compare.hpp"
#include "workload.hpp"

namespace gradus::bench {

/// The hand-written step on `workload`, after it has been verified; throws std::runtime_error if it is wrong.
Contender floor_contender(const Workload& workload);

/// The same network declared and compiled by gradus, verified likewise.
Contender step_contender(const Workload& workload, int threads);

}  // namespace gradus::bench
