#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

namespace gradus::bench {

/// A network of fully connected layers, sigmoid between them, softmax and mean cross-entropy at the end,
/// trained by SGD: what the floor and the compiled step both run.
struct Workload {
  std::string name;
  std::vector<Eigen::Index> sizes;  ///< examples' width, the hidden layers, the classes
  Eigen::Index batch;
  float learning_rate;

  /// "784-64-10, batch 256"
  std::string description() const;
};

/// The networks compared, by the names under which their figures are quoted.
const std::vector<Workload>& workloads();

/// One batch in rows, an example each: images in [0, 1], labels one-hot.
struct Batch {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Matrix images;
  Matrix labels;
};

/// The same batch at every call: four pixels in five are black, as in handwritten digits.
Batch make_batch(const Workload& workload);

/// A layer's parameters: weights in × out, bias 1 × out.
struct Layer {
  Batch::Matrix weights;
  Eigen::RowVectorXf bias;
};

/// Uniform in ±√(6 / (in + out)) (Glorot and Bengio 2010), biases zero; the same at every call.
std::vector<Layer> make_layers(const Workload& workload);

}  // namespace gradus::bench
