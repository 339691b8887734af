#pragma once

#include <gradus/graph/declare/tensor.hpp>

#include <vector>

namespace gradus {

/// A tensor in a few numbers, taken over its finite elements.
struct Statistics {
  Extents shape;
  double min = 0;
  double mean = 0;
  double max = 0;
  double norm = 0;       ///< ‖x‖ = √Σ x²
  Index size = 0;        ///< elements in all
  Index not_finite = 0;  ///< NaN and infinite ones among them; where all are, the others are NaN
};

Statistics statistics(const Tensor<double>& values);

/// How many finite elements lie in each of equal bins of [from, to]; a bin holds its lower edge, the last one
/// both. One number everywhere is one bin around it.
struct Histogram {
  double from = 0;
  double to = 0;
  std::vector<Index> counts;  ///< empty when no element is finite
};

/// Throws ValueError when bins is below 1.
Histogram histogram(const Tensor<double>& values, std::size_t bins = 20);

/// A tensor as a small matrix to look at: the last axis from left to right, all others from top to bottom,
/// each entry the mean over a block of the tensor's, so that neither side is larger than asked for.
struct Picture {
  Index rows = 0;
  Index columns = 0;
  std::vector<double> values;  ///< rows × columns, row-major
};

/// A block with an element that is not finite is not finite itself. Throws ValueError when `most_rows` or
/// `most_columns` is below 1.
Picture picture(const Tensor<double>& values, Index most_rows, Index most_columns);

}  // namespace gradus
