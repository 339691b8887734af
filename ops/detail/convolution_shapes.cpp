#include <gradus/base/error.hpp>
#include <gradus/ops/detail/convolution_shapes.hpp>

#include <fmt/format.h>

namespace gradus {

Images convolved(const Images& x, const Shape& w, const Convolution& how) {
  if (w.rank() != 4 || w.has_batch())
    throw Mismatch{"the kernels must have four axes: output channel, input channel, row, column"};
  if (w[1] != Dim(x.channels))
    throw Mismatch{
        fmt::format("the kernels are made for {} channels, but the images have {}", w[1].at(1), x.channels)};
  const auto extent = [&](std::size_t axis) {
    if (const auto steps = product(how.dilation, w[axis].at(1) - 1)) return *steps + 1;
    throw Mismatch{fmt::format("with a dilation of {} the kernel would reach over more than {} entries",
                               how.dilation, max_elements)};
  };
  Images y = x;
  y.channels = w[0].at(1);
  y.rows = places("rows", "kernel", x.rows, extent(2), how.stride, how.padding);
  y.columns = places("columns", "kernel", x.columns, extent(3), how.stride, how.padding);
  return y;
}

void check_convolved(const Images& x, const Shape& w, const Shape& ybar, const Convolution& how) {
  const Shape expected = convolved(x, w, how).shape();
  if (ybar != expected)
    throw Mismatch{
        fmt::format("what flows back must have the shape {} of the convolution", to_string(expected))};
}

void check_convolution(const Convolution& how, SourceLocation location) {
  const auto refuse = [&](const char* what, Index least, Index given) {
    throw ValueError(
        fmt::format("conv2d{}: the {} must be at least {}, not {}", to_string(location), what, least, given));
  };
  if (how.stride < 1) refuse("stride", 1, how.stride);
  if (how.dilation < 1) refuse("dilation", 1, how.dilation);
  if (how.padding < 0) refuse("padding", 0, how.padding);
  if (how.padding > max_elements)
    throw ValueError(fmt::format("conv2d{}: the padding can be at most {}, not {}", to_string(location),
                                 max_elements, how.padding));
}

ConvolutionSizes sizes_of(const ImageExtents& x, const ImageExtents& y, Index kernel_rows,
                          Index kernel_columns, const Convolution& how) {
  return {x.channels, x.rows, x.columns, y.channels, y.rows, y.columns, kernel_rows, kernel_columns, how};
}

Attributes Convolution::attributes() const {
  return {{"stride", stride}, {"padding", padding}, {"dilation", dilation}};
}

}  // namespace gradus
