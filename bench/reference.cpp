#include "reference.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gradus::bench {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using FloatMap = Eigen::Map<const Batch::Matrix>;

Matrix activated(Activation activation, const Matrix& z) {
  switch (activation) {
    case Activation::sigmoid:
      return (1.0 + (-z.array()).exp()).inverse();
    case Activation::tanh:
      return z.array().tanh();
    case Activation::relu:
      return z.array().max(0.0);
  }
  return z;
}

/// The derivative of the activation, in terms of its value y.
Matrix slope(Activation activation, const Matrix& y) {
  switch (activation) {
    case Activation::sigmoid:
      return y.array() * (1.0 - y.array());
    case Activation::tanh:
      return 1.0 - y.array().square();
    case Activation::relu:
      return (y.array() > 0.0).cast<double>();
  }
  return y;
}

/// Every layer's output, the images first, the logits last. Sets `doubtful` where float may see another sign.
std::vector<Matrix> forward(const Workload& workload, const Batch& batch, const Values& parameters,
                            bool& doubtful) {
  std::vector<Matrix> outputs{batch.images.cast<double>()};
  for (std::size_t l = 0; l + 1 < workload.sizes.size(); ++l) {
    const FloatMap weights(parameters[2 * l].data(), workload.sizes[l], workload.sizes[l + 1]);
    const Eigen::Map<const Eigen::RowVectorXf> bias(parameters[2 * l + 1].data(), workload.sizes[l + 1]);
    const Matrix z = (outputs.back() * weights.cast<double>()).rowwise() + bias.cast<double>();
    const bool last = l + 2 == workload.sizes.size();
    if (!last && workload.activation == Activation::relu)
      doubtful = doubtful || z.cwiseAbs().minCoeff() < doubt * z.cwiseAbs().maxCoeff();
    outputs.push_back(last ? z : activated(workload.activation, z));
  }
  return outputs;
}

Matrix softmax(const Matrix& logits) {
  const Matrix exponentials = (logits.colwise() - logits.rowwise().maxCoeff()).array().exp();
  return exponentials.array().colwise() / exponentials.rowwise().sum().array();
}

}  // namespace

Derived reference_gradients(const Workload& workload, const Batch& batch, const Values& parameters,
                            std::vector<std::vector<double>>* images_bar) {
  Derived derived;
  const std::vector<Matrix> outputs = forward(workload, batch, parameters, derived.doubtful);
  Matrix bar = softmax(outputs.back());
  const auto examples = static_cast<double>(batch.images.rows());
  for (Eigen::Index example = 0; example < bar.rows(); ++example) {
    const int label = batch.labels[static_cast<std::size_t>(example)];
    derived.loss -= std::log(bar(example, label)) / examples;
    bar(example, label) -= 1;
  }
  bar /= examples;

  derived.gradients.resize(parameters.size());
  for (std::size_t l = workload.sizes.size() - 1; l-- > 0;) {
    const Matrix& x = outputs[l];
    const Matrix of_weights = x.transpose() * bar;
    const Eigen::RowVectorXd of_bias = bar.colwise().sum();
    derived.gradients[2 * l].assign(of_weights.data(), of_weights.data() + of_weights.size());
    derived.gradients[2 * l + 1].assign(of_bias.data(), of_bias.data() + of_bias.size());
    const FloatMap weights(parameters[2 * l].data(), workload.sizes[l], workload.sizes[l + 1]);
    const Matrix x_bar = bar * weights.cast<double>().transpose();
    bar = l == 0 ? x_bar : (x_bar.array() * slope(workload.activation, x).array()).matrix();
  }
  if (images_bar != nullptr)
    for (const auto& row : bar.rowwise()) images_bar->emplace_back(row.begin(), row.end());
  return derived;
}

Truth truth_of(const Workload& workload) {
  const Batch batch = make_batch(workload.batch, workload.sizes.front());
  return {workload.name, workload.rule, workload.learning_rate(),
          [workload, batch](const Values& values) { return reference_gradients(workload, batch, values); }};
}

void verify_probabilities(const Workload& workload, const std::string& who, Classification& network) {
  const Batch batch = make_batch(workload.batch, workload.sizes.front());
  bool doubtful = false;  // a probability hardly changes where a ReLU's input crosses 0
  const Matrix expected = softmax(forward(workload, batch, make_parameters(workload), doubtful).back());
  network.infer();
  const std::vector<float> got = network.probabilities();
  if (got.size() != static_cast<std::size_t>(expected.size()))
    throw std::runtime_error(
        fmt::format("{} {}: {} probabilities, not {}", workload.name, who, got.size(), expected.size()));
  const double error = (FloatMap(got.data(), expected.rows(), expected.cols()).cast<double>() - expected)
                           .cwiseAbs()
                           .maxCoeff();
  if (!(error < 1e-5))
    throw std::runtime_error(fmt::format(
        "{} {}: a probability is off by {:.2g}, more than the 1e-5 of rounding", workload.name, who, error));
}

}  // namespace gradus::bench
