#pragma once

#include <nlohmann/json_fwd.hpp>

namespace gradus::bench {

/// For the training steps of W1 to W5 and accurate: bytes of the plan and what they would be with memory for
/// every node, bytes of parameters and optimizer state, allocations of one step.
nlohmann::json costs();

}  // namespace gradus::bench
