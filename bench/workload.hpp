#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

namespace gradus::bench {

enum class Activation { sigmoid, tanh, relu };
enum class Rule { sgd, adam };

/// A network of fully connected layers, an activation between them, softmax and mean cross-entropy at the
/// end: what gradus, the floors and the peers all run. A training step is forward, backward and update;
/// inference gives the probabilities.
struct Workload {
  std::string name;
  std::vector<Eigen::Index> sizes;  ///< examples' width, the hidden layers, the classes
  Activation activation;
  Rule rule;
  Eigen::Index batch;
  bool training = true;

  /// η: 0.01 for SGD, 0.001 for Adam.
  double learning_rate() const { return rule == Rule::sgd ? 0.01 : 0.001; }

  /// "784-64-10, sigmoid, SGD, batch 256"
  std::string description() const;

  /// Floating-point operations of the products alone, a multiply-add counting twice: for each layer
  /// 2·batch·in·out forward, as much for the gradient of its weights and, but for the first, of its input.
  double flops() const;
};

std::string to_string(Activation activation);
std::string to_string(Rule rule);

/// The networks compared, by the names under which their figures are quoted: W1, W2, W3, W5, and W6-1 to
/// W6-256, inference at that batch. (W4 is LeNet.)
const std::vector<Workload>& workloads();

/// For the question how a step's cost grows: one network varied in width, depth and batch.
const std::vector<Workload>& growth();

/// Constants of Adam's rule (Kingma & Ba 2015).
inline constexpr double adam_beta1 = 0.9, adam_beta2 = 0.999, adam_epsilon = 1e-8;

/// One batch in rows, an example each: images in [0, 1], the classes' numbers.
struct Batch {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Matrix images;
  std::vector<int> labels;
};

/// The same batch at every call: four pixels in five are black, as in handwritten digits.
Batch make_batch(Eigen::Index examples, Eigen::Index width);

/// Parameters in the order weights (in × out, row by row), bias, layer by layer.
using Values = std::vector<std::vector<float>>;

/// Weights uniform in ±√(6 / (in + out)) (Glorot and Bengio 2010), biases zero; the same at every call.
Values make_parameters(const Workload& workload);

}  // namespace gradus::bench
