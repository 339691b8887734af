#pragma once

#include <gradus/base/png.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradus::data {

/// The median of one channel of a picture along its edge.
std::uint8_t median_of_edge(const Raster& picture, std::size_t channel);

/// What something is drawn on: how bright the picture would be without the ink.
///
/// In even light it is the median of the picture's edge. The light is uneven where a polynomial of degree
/// 2 in the place, the one that is nearest to the outer tenth of the picture in the mean |residual|, takes
/// that mean below 70 % of what the median leaves, which is above 4 of 255. Then it is a polynomial of degree
/// 4,
///
///     b(x, y) = Σ c_ij x^i y^j,  i + j ≤ 4,  −1 ≤ x, y ≤ 1,
///
/// of all of the picture but the ink, which is what is far from it: fitted, degree by degree from that of the
/// edge on, by iterated least squares with the biweight (Beaton, Tukey 1974)
///
///     w = (1 − (r / 4.685 s)²)² where |r| < 4.685 s, else 0;  s = 1.4826 · median |r|
///
/// of the residuals r that had a weight. That a surface is fitted to what lies beside the ink is from Lu, Su,
/// Tan 2010, who fit polynomials to lines of a scanned page.
class Background {
 public:
  /// Of a picture with two channels, grey and opacity.
  explicit Background(const Raster& picture);

  /// The brightness along a row of the picture, in whole steps of grey as the picture has them.
  std::vector<float> row(std::size_t row) const;

  /// Where it is brightest.
  float brightest() const { return brightest_; }

  /// Whether the ink is darker: the sum of the cubes of what the picture has above it is negative.
  bool has_darker_ink() const { return has_darker_ink_; }

 private:
  std::size_t width_, height_;
  Eigen::VectorXd coefficients_;  ///< by degree: 1, x, y, x², xy, y², …
  float brightest_ = 0;
  bool has_darker_ink_ = false;
};

}  // namespace gradus::data
