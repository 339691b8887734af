#pragma once

#include <functional>
#include <string>

#include "workload.hpp"

namespace gradus::bench {

/// What a step changes. The moments are empty under SGD.
struct Snapshot {
  Values parameters, first_moments, second_moments;
};

/// A network that trains on one batch, by hand or by gradus.
class Network {
 public:
  Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  virtual ~Network() = default;

  /// One training step; the mean loss before the update.
  virtual double step() = 0;
  virtual Snapshot snapshot() const = 0;
};

/// A network that gives probabilities.
class Classification {
 public:
  Classification() = default;
  Classification(const Classification&) = delete;
  Classification& operator=(const Classification&) = delete;
  virtual ~Classification() = default;

  virtual void infer() = 0;
  /// (batch × classes), row by row, of the last infer().
  virtual std::vector<float> probabilities() const = 0;
};

}  // namespace gradus::bench
