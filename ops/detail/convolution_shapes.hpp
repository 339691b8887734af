#pragma once

#include <gradus/ops/detail/convolve.hpp>
#include <gradus/ops/detail/images.hpp>

namespace gradus {

/// The shape of w ⋆ x. Throws Mismatch when a kernel has another depth than the image, or no place in it.
Images convolved(const Images& x, const Shape& w, const Convolution& how);

/// Throws Mismatch unless ȳ has the shape of w ⋆ x.
void check_convolved(const Images& x, const Shape& w, const Shape& ybar, const Convolution& how);

/// Throws ValueError for a stride or dilation below 1 or a negative padding.
void check_convolution(const Convolution& how, SourceLocation location);

ConvolutionSizes sizes_of(const ImageExtents& x, const ImageExtents& y, Index kernel_rows,
                          Index kernel_columns, const Convolution& how);

}  // namespace gradus
