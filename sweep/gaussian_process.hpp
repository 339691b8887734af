#pragma once

#include <Eigen/Core>

#include <vector>

namespace gradus::sweep {

/// What a process says of one point.
struct Prediction {
  double mean = 0;
  double deviation = 1;  ///< standard, without the noise of a measurement
};

/// A Gaussian process through noisy values, with the Matérn 5/2 kernel
///
///   k(x, x') = σ² (1 + √5 r + 5/3 r²) exp(−√5 r),   r² = Σ_j (x_j − x'_j)² / ℓ²_group(j),
///
/// and noise of variance g σ² (Rasmussen and Williams, "Gaussian processes for machine learning", 2006, ch. 2
/// and 4). σ² has the value of greatest likelihood for the others, which are searched for, coordinate by
/// coordinate, where likelihood times a log-normal prior is greatest: of ℓ around 0.37, of g around 0.01.
class GaussianProcess {
 public:
  /// `points` has a row for each value, with coordinates of about unit range; `groups` says which length
  /// scale each coordinate has: 0, 1, … Values should have a mean near 0.
  GaussianProcess(const Eigen::MatrixXd& points, const Eigen::VectorXd& values,
                  const std::vector<int>& groups);

  Prediction at(const Eigen::VectorXd& point) const;

  /// The process with one more value, and the scales, noise and variance that it has.
  GaussianProcess with(const Eigen::VectorXd& point, double value) const;

  const std::vector<double>& length_scales() const { return lengths_; }
  double noise() const { return noise_; }  ///< g

 private:
  GaussianProcess() = default;
  /// Makes factor_ and weights_ for the length scales and the noise.
  void solve();

  Eigen::MatrixXd points_;
  Eigen::VectorXd values_;
  std::vector<int> groups_;
  std::vector<double> lengths_;
  double noise_ = 0.01;
  double variance_ = 1;      ///< σ²
  Eigen::MatrixXd factor_;   ///< L with L Lᵀ = K / σ²
  Eigen::VectorXd weights_;  ///< (K / σ²)⁻¹ y
};

/// E max(0, f − best) of a value f as predicted: (μ − best) Φ(z) + s φ(z), z = (μ − best) / s (Mockus 1978;
/// Jones, Schonlau, Welch 1998).
double expected_improvement(const Prediction& predicted, double best);

}  // namespace gradus::sweep
