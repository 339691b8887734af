#include <gradus/ops/conv2d_input_gradient.hpp>
#include <gradus/ops/conv2d_kernel_gradient.hpp>
#include <gradus/ops/detail/block_sums.hpp>
#include <gradus/ops/detail/convolution_shapes.hpp>
#include <gradus/ops/sum.hpp>

#include <Eigen/Core>

namespace gradus {

Attributes Conv2dKernelGradient::attributes() const {
  Attributes all = how.attributes();
  all.push_back({"kernel_rows", kernel_rows});
  all.push_back({"kernel_columns", kernel_columns});
  return all;
}

Shape Conv2dKernelGradient::infer(std::span<const Shape> inputs) const {
  const Images x = Images::of(inputs[0], "the images");
  const Images y = Images::of(inputs[1], "what flows back");
  const Shape w{y.channels, x.channels, kernel_rows, kernel_columns};
  check_convolved(x, w, inputs[1], how);
  return w;
}

Expr Conv2dKernelGradient::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Shape& x = y.input(0).shape();
  if (input == 0) return conv2d_input_gradient(ybar, y.input(1), x[2].at(1), x[3].at(1), how);
  return conv2d(y.input(0), ybar, how);
}

std::optional<std::size_t> Conv2dKernelGradient::independent_axis(std::span<const Shape>, std::size_t input,
                                                                  std::size_t axis) const {
  if (axis != 1) return std::nullopt;
  return 1 - input;
}

Expr Conv2dKernelGradient::blocked(const Expr& y) {
  if (y.input(0).shape()[0] != batch) return {};
  const auto& op = *as<Conv2dKernelGradient>(y);
  const Expr parts = apply(Conv2dBlockGradient{op.how, op.kernel_rows, op.kernel_columns},
                           {pack(y.input(0)), pack(y.input(1)), y.graph().batch_size()}, y.node().location());
  return sum(parts, {0});
}

Index Conv2dKernelGradient::scratch(std::span<const Extents> inputs, const Extents&) const {
  const ConvolutionSizes s =
      sizes_of(ImageExtents(inputs[0]), ImageExtents(inputs[1]), kernel_rows, kernel_columns, how);
  return (s.image() + s.result()) * block_size + padded<float>(s.kernel()) + correlate_scratch(s);
}

template <class Scalar>
void Conv2dKernelGradient::evaluate(const Call<Scalar>& call) const {
  const ImageExtents images(call.in[0].extents);
  const ConvolutionSizes s =
      sizes_of(images, ImageExtents(call.in[1].extents), kernel_rows, kernel_columns, how);
  Scalar* x = call.scratch;
  Scalar* ybar = x + s.image() * block_size;
  Scalar* of_block = ybar + s.result() * block_size;
  Scalar* rest = of_block + padded<float>(s.kernel());
  using Array = Eigen::Map<Eigen::Array<Scalar, Eigen::Dynamic, 1>>;
  const Index kernel = s.kernel() / s.out_channels;
  Array total(call.output.data + call.part.begin * kernel, call.part.size() * kernel);
  total.setZero();
  for (Index first = 0; first < images.count; first += block_size) {
    const Index examples = std::min(block_size, images.count - first);
    interleave(call.in[0].data + first * s.image(), examples, s.image(), x);
    interleave(call.in[1].data + first * s.result(), examples, s.result(), ybar);
    correlate_block(s, x, ybar, examples, call.part, of_block, rest);
    total += Array(of_block, total.size());
  }
}

template void Conv2dKernelGradient::evaluate(const Call<float>&) const;
template void Conv2dKernelGradient::evaluate(const Call<double>&) const;

Expr conv2d_kernel_gradient(Expr x, Expr ybar, Index kernel_rows, Index kernel_columns,
                            const Convolution& how, SourceLocation location) {
  check_convolution(how, location);
  return apply(Conv2dKernelGradient{how, kernel_rows, kernel_columns}, {x, ybar}, location);
}

}  // namespace gradus
