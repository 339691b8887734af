#pragma once

#include <vector>

namespace gradus::sweep {

/// Ranks from 1, equal values sharing the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values);

}  // namespace gradus::sweep
