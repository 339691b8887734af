#pragma once

#include <vector>

#include "workload.hpp"

namespace gradus::bench {

/// How the hand-written step lays out memory and applies its update.
struct FloorOptions {
  /// Rows of weights and activations padded to whole cache lines, and never a power of two long,
  /// at which every row would fall into the same few sets of the cache.
  bool padded = true;
  /// W ← W − η·XᵀdY as one product (alpha = −η, beta = 1), the gradient never stored.
  bool folded = true;
};

/// One training step written by hand for one kind of network: oneDNN products and Eigen loops. What a
/// compiler of such steps is measured against; threads are as many as OpenMP is told to use.
class Floor {
 public:
  Floor(const Workload& workload, const FloorOptions& options);

  /// Forward, backward and update over a batch of the workload's size; the mean loss before the update.
  float step(const Batch& batch);

  std::vector<Layer> layers() const;

 private:
  using Matrix = Batch::Matrix;
  struct Dense {
    Eigen::Index in, out;
    Matrix weights, gradient;  // in × (out padded)
    Eigen::RowVectorXf bias;
    Matrix output, output_bar;  // batch × (out padded); output_bar is ∂loss/∂(before the activation)
  };

  void forward(const Batch& batch);
  float loss(const Batch& batch);
  void backward(const Batch& batch);
  void update(Dense& layer, const float* input, Eigen::Index input_stride);

  FloorOptions options_;
  float learning_rate_;
  std::vector<Dense> layers_;
};

}  // namespace gradus::bench
