#pragma once

#include <gradus/data/dataset.hpp>

#include <cstddef>
#include <optional>

namespace gradus::data {

/// How much of a training set is kept apart, and how much of the rest is used.
struct SplitOptions {
  std::size_t validation = 10000;          ///< examples kept for validation; 0 for none
  std::optional<std::size_t> train_limit;  ///< use only the first so many of what remains
};

/// Two disjoint parts of a training set.
struct Split {
  Subset train;
  Subset validation;
};

/// Keeps the *last* `validation` examples for validation, as courses on MNIST do (50,000 / 10,000), and the
/// first `train_limit` of the others for training: the split depends on no seed, so that runs compare. The
/// data set must outlive the result. Throws ValueError when nothing would remain to train on, or train_limit
/// is 0 or more than remains.
Split split(const Dataset& dataset, const SplitOptions& options = {});

}  // namespace gradus::data
