#pragma once

#include <gradus/data/dataset.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gradus::data {

/// What a network sees of a pixel p of 0 … 255: scale · p + shift. Applied when a batch is gathered, which
/// also flattens: an image becomes a row of rows × cols numbers. Computed in the precision of the batch.
struct PixelScale {
  double scale = 1.0 / 255;  ///< by default pixels are scaled to [0, 1]
  double shift = 0;

  template <class Scalar, class Pixel>
  Scalar value(Pixel pixel) const {
    return static_cast<Scalar>(scale) * static_cast<Scalar>(pixel) + static_cast<Scalar>(shift);
  }
};

/// Mean and (population) standard deviation over every pixel of every image, pixels scaled to [0, 1].
struct PixelStatistics {
  double mean = 0;
  double standard_deviation = 0;
};

/// Computed over whole numbers, so exactly. Throws ValueError for an empty subset.
PixelStatistics pixel_statistics(const Subset& subset);

/// (p / 255 − mean) / σ: over the subset of the statistics the mean becomes 0 and the deviation 1.
/// Take those of the training split and use them for the other splits too. Throws ValueError when the
/// deviation is 0, that is when all pixels are equal.
PixelScale standardised(const PixelStatistics& statistics);

/// One-hot rows, labels.size() × classes: 1 at the label's column, 0 elsewhere. Instantiated for float and
/// double. Throws ValueError naming the first label that is not below `classes`.
template <class Scalar>
std::vector<Scalar> one_hot(std::span<const std::uint8_t> labels, std::size_t classes);

}  // namespace gradus::data
