#include <gradus/base/median.hpp>
#include <gradus/data/background.hpp>

#include <Eigen/QR>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace gradus::data {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index edge_degree = 2, full_degree = 4;
constexpr int iterations = 10;
constexpr double least_unevenness = 4;  ///< from a fall of some 16 of 255 on
constexpr double tuning = 4.685;        ///< of the biweight
constexpr double least_residual = 1;    ///< the picture's own rounding

constexpr Index number_of_terms(Index degree) { return (degree + 1) * (degree + 2) / 2; }

/// Calls take(k, i, j) for the k-th term x^i y^j.
template <class Take>
void each_term(Index degree, const Take& take) {
  Index k = 0;
  for (Index sum = 0; sum <= degree; ++sum)
    for (Index j = 0; j <= sum; ++j) take(k++, sum - j, j);
}

/// −1 … 1.
double from_middle(std::size_t place, std::size_t size) {
  return 2 * (static_cast<double>(place) + 0.5) / static_cast<double>(size) - 1;
}

/// Opaque pixels of a picture, 64 × 64 at most, evenly spread.
class BackgroundSamples {
 public:
  BackgroundSamples(const Raster& picture, bool edge_alone) {
    const auto step = [](std::size_t size) { return (size + 63) / 64; };
    const auto is_edge = [](std::size_t place, std::size_t size) {
      const std::size_t tenth = std::max<std::size_t>(1, size / 10);
      return place < tenth || place + tenth >= size;
    };
    std::vector<double> grey;
    for (std::size_t row = 0; row < picture.height; row += step(picture.height))
      for (std::size_t col = 0; col < picture.width; col += step(picture.width)) {
        if (edge_alone && !is_edge(row, picture.height) && !is_edge(col, picture.width)) continue;
        const std::uint8_t* const pixel = &picture.at(row, col);
        if (pixel[1] < 128) continue;
        x_.push_back(from_middle(col, picture.width));
        y_.push_back(from_middle(row, picture.height));
        grey.push_back(pixel[0]);
      }
    grey_ = Eigen::Map<const VectorXd>(grey.data(), static_cast<Index>(grey.size()));
  }

  Index size() const { return grey_.size(); }
  const VectorXd& grey() const { return grey_; }

  MatrixXd terms(Index degree) const {
    MatrixXd terms(size(), number_of_terms(degree));
    for (std::size_t n = 0; n < x_.size(); ++n)
      each_term(degree, [&](Index k, Index i, Index j) {
        terms(static_cast<Index>(n), k) =
            std::pow(x_[n], static_cast<double>(i)) * std::pow(y_[n], static_cast<double>(j));
      });
    return terms;
  }

 private:
  std::vector<double> x_, y_;
  VectorXd grey_;
};

/// The c with the least Σ w (b − A c)², of several the shortest.
VectorXd least_squares(const MatrixXd& a, const VectorXd& b, const VectorXd& w) {
  const VectorXd root = w.cwiseSqrt();
  return (root.asDiagonal() * a).completeOrthogonalDecomposition().solve(root.cwiseProduct(b));
}

/// 1.4826 · median |r| of those below a bound.
double spread_of(const VectorXd& residuals, double bound = std::numeric_limits<double>::infinity()) {
  std::vector<double> sizes;
  for (const double r : residuals)
    if (std::abs(r) < bound) sizes.push_back(std::abs(r));
  return sizes.empty() ? least_residual : std::max(1.4826 * median(std::move(sizes)), least_residual);
}

/// What is nearest to the edge in the mean |residual|, from a constant on.
VectorXd fitted_to_edge(const BackgroundSamples& edge, const VectorXd& constant) {
  const MatrixXd a = edge.terms(edge_degree);
  VectorXd c = VectorXd::Zero(a.cols());
  c.head(1) = constant;
  for (int n = 0; n < iterations; ++n) {
    const VectorXd r = edge.grey() - a * c;
    c = least_squares(a, edge.grey(), r.cwiseAbs().cwiseMax(least_residual).cwiseInverse());
  }
  return c;
}

VectorXd residuals(const BackgroundSamples& samples, const VectorXd& c, Index degree) {
  return samples.grey() - samples.terms(degree) * c;
}

/// What is nearest to the pixels that are not ink, from what is nearest to the edge on, with its spread.
VectorXd fitted_beside_ink(const BackgroundSamples& samples, VectorXd c, double spread) {
  double bound = tuning * spread;
  for (Index degree = edge_degree; degree <= full_degree; ++degree) {
    const MatrixXd a = samples.terms(degree);
    c.conservativeResizeLike(VectorXd::Zero(a.cols()));
    for (int n = 0; n < iterations; ++n) {
      const VectorXd r = samples.grey() - a * c;
      bound = tuning * spread_of(r, bound);
      c = least_squares(a, samples.grey(), (1 - (r.array() / bound).square()).cwiseMax(0).square());
    }
  }
  return c;
}

}  // namespace

std::uint8_t median_of_edge(const Raster& picture, std::size_t channel) {
  std::vector<std::uint8_t> values;
  const auto take = [&](std::size_t row, std::size_t col) {
    values.push_back((&picture.at(row, col))[channel]);
  };
  for (std::size_t col = 0; col < picture.width; ++col) take(0, col), take(picture.height - 1, col);
  for (std::size_t row = 0; row < picture.height; ++row) take(row, 0), take(row, picture.width - 1);
  return median(std::move(values));
}

Background::Background(const Raster& picture) : width_(picture.width), height_(picture.height) {
  coefficients_ = VectorXd::Constant(1, median_of_edge(picture, 0));
  brightest_ = static_cast<float>(coefficients_(0));
  const BackgroundSamples edge(picture, true), all(picture, false);
  if (edge.size() == 0) return;
  const VectorXd of_edge = fitted_to_edge(edge, coefficients_);
  const VectorXd r = residuals(edge, of_edge, edge_degree);
  const double in_even_light = residuals(edge, coefficients_, 0).cwiseAbs().mean();
  Index degree = 0;
  if (in_even_light > least_unevenness && r.cwiseAbs().mean() < 0.7 * in_even_light) {
    coefficients_ = fitted_beside_ink(all, of_edge, spread_of(r));
    degree = full_degree;
  }
  const VectorXd background = all.terms(degree) * coefficients_;
  brightest_ = std::clamp(static_cast<float>(std::round(background.maxCoeff())), 0.0f, 255.0f);
  has_darker_ink_ = (all.grey() - background).array().cube().sum() < 0;
}

std::vector<float> Background::row(std::size_t row) const {
  const double y = from_middle(row, height_);
  const Index degree = coefficients_.size() == 1 ? 0 : full_degree;
  std::array<double, full_degree + 1> in_x{};
  each_term(degree, [&](Index k, Index i, Index j) {
    in_x[static_cast<std::size_t>(i)] += coefficients_(k) * std::pow(y, static_cast<double>(j));
  });
  std::vector<float> brightness(width_);
  for (std::size_t col = 0; col < width_; ++col) {
    const double x = from_middle(col, width_);
    double value = 0;
    for (auto c = in_x.rbegin(); c != in_x.rend(); ++c) value = value * x + *c;
    brightness[col] = static_cast<float>(std::clamp(std::round(value), 0.0, 255.0));
  }
  return brightness;
}

}  // namespace gradus::data
