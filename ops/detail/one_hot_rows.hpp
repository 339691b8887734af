#pragma once

#include <gradus/graph/declare/rule.hpp>

namespace gradus {

/// How the gradient of softmax and cross-entropy comes down to p − t: a row of one_hot sums to 1, or is NaN
/// throughout, and then both sides are.
std::vector<Rule> rows_of_one_hot();

}  // namespace gradus
