#pragma once

#include <gradus/graph/declare/op.hpp>
#include <gradus/ops/conv2d.hpp>

namespace gradus {

/// The sizes of a convolution of one image.
struct ConvolutionSizes {
  Index channels, rows, columns;              ///< of the image
  Index out_channels, out_rows, out_columns;  ///< of the result
  Index kernel_rows, kernel_columns;
  Convolution how;

  Index image() const { return channels * rows * columns; }
  Index result() const { return out_channels * out_rows * out_columns; }
  Index kernel() const { return out_channels * channels * kernel_rows * kernel_columns; }

  Index padded_rows() const { return rows + 2 * how.padding; }
  Index padded_columns() const { return columns + 2 * how.padding; }

  /// Sizes of ȳ spread out by the stride, with the margin the kernel reaches into on the left and right.
  Index spread_rows() const { return (out_rows - 1) * how.stride + 1; }
  Index spread_columns() const { return columns + how.dilation * (kernel_columns - 1); }
};

// All of these work on one block of block_size images, innermost: a vector holds one pixel of all of them,
// and the examples never meet. Sums run over channels, kernel rows and kernel columns in this order, in one
// vector for each number, so that every bit of an example's result depends on that example alone. Direct
// convolution: an image patch is read where it lies, not copied to a matrix.

/// y = w ⋆ x + b. `b` may be null. Scratch: padded image and kernel.
template <class Scalar>
void convolve_block(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* w, const Scalar* b,
                    Scalar* y, Scalar* scratch);
Index convolve_scratch(const ConvolutionSizes& sizes);

/// x̄ from ȳ: ȳ, spread out by the stride, convolved with the kernel turned around.
template <class Scalar>
void convolve_back_block(const ConvolutionSizes& sizes, const Scalar* w, const Scalar* ybar, Scalar* xbar,
                         Scalar* scratch);
Index convolve_back_scratch(const ConvolutionSizes& sizes);

/// w̄ of the output channels in `part`, the sum over the first `examples` of the block. Written from wbar[0]
/// on.
template <class Scalar>
void correlate_block(const ConvolutionSizes& sizes, const Scalar* x, const Scalar* ybar, Index examples,
                     Range part, Scalar* wbar, Scalar* scratch);
Index correlate_scratch(const ConvolutionSizes& sizes);

}  // namespace gradus
