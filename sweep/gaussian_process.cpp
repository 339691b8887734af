#include <gradus/sweep/gaussian_process.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gradus::sweep {
namespace {

using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The kernel divided by σ², of squared scaled distances.
ArrayXXd matern(const ArrayXXd& squares) {
  const ArrayXXd r = (5 * squares).sqrt();
  return (1 + r + r.square() / 3) * (-r).exp();
}

/// Of the logarithms of ℓ and g: mean and deviation of their normal priors.
constexpr double length_mean = -1;
constexpr double length_deviation = 1;
constexpr double noise_mean = -4.6;
constexpr double noise_deviation = 1.5;

double squared(double x) { return x * x; }

/// Searches for the scales of greatest posterior probability.
class Search {
 public:
  Search(const MatrixXd& points, const VectorXd& values, const std::vector<int>& groups) : values_(values) {
    const Index n = points.rows();
    const int count = groups.empty() ? 0 : *std::ranges::max_element(groups) + 1;
    squares_.assign(static_cast<std::size_t>(count), ArrayXXd::Zero(n, n));
    for (Index j = 0; j < points.cols(); ++j) {
      const MatrixXd column = points.col(j).replicate(1, n);
      squares_[static_cast<std::size_t>(groups[static_cast<std::size_t>(j)])] +=
          (column - column.transpose()).array().square();
    }
  }

  /// The logarithms of the length scales, and behind them that of the noise.
  /// Begins with long and with short scales, which are often hills of their own.
  std::vector<double> best() const {
    std::vector<double> found(squares_.size() + 1, length_mean);
    double score = -std::numeric_limits<double>::infinity();
    for (const double length : {length_mean, length_mean - 1.5}) {
      std::vector<double> logs(squares_.size(), length);
      logs.push_back(noise_mean);
      const double reached = climb(logs);
      if (reached > score) {
        score = reached;
        found = logs;
      }
    }
    return found;
  }

 private:
  double climb(std::vector<double>& logs) const {
    double score = log_posterior(logs);
    for (double step = 1; step > 0.2; step /= 2) {
      bool improved = true;
      for (int round = 0; improved && round < 4; ++round) {
        improved = false;
        for (double& log : logs)
          for (const double change : {step, -step}) {
            log += change;
            const double changed = log_posterior(logs);
            if (changed > score) {
              score = changed;
              improved = true;
              break;
            }
            log -= change;
          }
      }
    }
    return score;
  }

  /// Up to a constant: −n/2 log σ² − ½ log |K/σ²| with σ² = yᵀ (K/σ²)⁻¹ y / n, and the priors.
  double log_posterior(const std::vector<double>& logs) const {
    const Index n = values_.size();
    ArrayXXd sum = ArrayXXd::Zero(n, n);
    double prior = 0;
    for (std::size_t g = 0; g < squares_.size(); ++g) {
      sum += squares_[g] * std::exp(-2 * logs[g]);
      prior -= squared((logs[g] - length_mean) / length_deviation) / 2;
    }
    prior -= squared((logs.back() - noise_mean) / noise_deviation) / 2;
    MatrixXd kernel = matern(sum).matrix();
    kernel.diagonal().array() += std::exp(logs.back());
    const Eigen::LLT<MatrixXd> factor(kernel);
    if (factor.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
    const double scale = std::max(values_.dot(factor.solve(values_)) / static_cast<double>(n), 1e-300);
    const double half_log_determinant = factor.matrixLLT().diagonal().array().log().sum();
    return -static_cast<double>(n) / 2 * std::log(scale) - half_log_determinant + prior;
  }

  VectorXd values_;
  std::vector<ArrayXXd> squares_;  ///< of the distances in each group of coordinates
};

}  // namespace

GaussianProcess::GaussianProcess(const MatrixXd& points, const VectorXd& values,
                                 const std::vector<int>& groups)
    : points_(points), values_(values), groups_(groups) {
  const std::vector<double> logs = Search(points, values, groups).best();
  for (std::size_t g = 0; g + 1 < logs.size(); ++g) lengths_.push_back(std::exp(logs[g]));
  noise_ = std::exp(logs.back());
  solve();
  variance_ = std::max(values_.dot(weights_) / static_cast<double>(values_.size()), 1e-300);
}

void GaussianProcess::solve() {
  const Index n = points_.rows();
  ArrayXXd sum = ArrayXXd::Zero(n, n);
  for (Index j = 0; j < points_.cols(); ++j) {
    const double length = lengths_[static_cast<std::size_t>(groups_[static_cast<std::size_t>(j)])];
    const MatrixXd column = points_.col(j).replicate(1, n) / length;
    sum += (column - column.transpose()).array().square();
  }
  MatrixXd kernel = matern(sum).matrix();
  kernel.diagonal().array() += noise_;
  const Eigen::LLT<MatrixXd> factor(kernel);
  factor_ = factor.matrixL();
  weights_ = factor.solve(values_);
}

Prediction GaussianProcess::at(const VectorXd& point) const {
  ArrayXXd sum = ArrayXXd::Zero(points_.rows(), 1);
  for (Index j = 0; j < points_.cols(); ++j) {
    const double length = lengths_[static_cast<std::size_t>(groups_[static_cast<std::size_t>(j)])];
    sum.col(0) += ((points_.col(j).array() - point(j)) / length).square();
  }
  const VectorXd kernel = matern(sum).matrix();
  const VectorXd half = factor_.triangularView<Eigen::Lower>().solve(kernel);
  return {kernel.dot(weights_), std::sqrt(variance_ * std::max(1 - half.squaredNorm(), 1e-12))};
}

GaussianProcess GaussianProcess::with(const VectorXd& point, double value) const {
  GaussianProcess more = *this;
  more.points_.conservativeResize(points_.rows() + 1, Eigen::NoChange);
  more.points_.bottomRows(1) = point.transpose();
  more.values_.conservativeResize(values_.size() + 1);
  more.values_(values_.size()) = value;
  more.solve();
  return more;
}

double expected_improvement(const Prediction& predicted, double best) {
  const double gain = predicted.mean - best;
  const double z = gain / predicted.deviation;
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  return gain * std::erfc(-z / std::numbers::sqrt2) / 2 + predicted.deviation * density;
}

}  // namespace gradus::sweep
