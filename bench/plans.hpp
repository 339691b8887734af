#pragma once

#include <vector>

#include "catalogue.hpp"

namespace gradus::bench {

/// What each choice of the plan is worth: the training steps W1 to W5 compiled with all choices, and with
/// each of them turned off alone.
std::vector<Subject> plans(const std::vector<int>& threads);

}  // namespace gradus::bench
