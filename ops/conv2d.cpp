#include <gradus/ops/conv2d.hpp>
#include <gradus/ops/conv2d_input_gradient.hpp>
#include <gradus/ops/conv2d_kernel_gradient.hpp>
#include <gradus/ops/detail/convolution_shapes.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {
namespace {

ConvolutionSizes sizes(const Extents& x, const Extents& w, const Extents& y, const Convolution& how) {
  return sizes_of(ImageExtents(x), ImageExtents(y), w[2], w[3], how);
}

}  // namespace

Shape Conv2d::infer(std::span<const Shape> inputs) const {
  if (inputs.size() != 2 && inputs.size() != 3) throw Mismatch{"it takes images, kernels and perhaps a bias"};
  const Images y = convolved(Images::of(inputs[0], "the images"), inputs[1], how);
  if (inputs.size() == 3 && inputs[2] != Shape{y.channels})
    throw Mismatch{"the bias must have one number for each output channel, " + to_string(Shape{y.channels})};
  return y.shape();
}

Expr Conv2d::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr x = y.input(0);
  const Expr w = y.input(1);
  if (input == 0) return conv2d_input_gradient(w, ybar, x.shape()[2].at(1), x.shape()[3].at(1), how);
  if (input == 1) return conv2d_kernel_gradient(x, ybar, w.shape()[2].at(1), w.shape()[3].at(1), how);
  return sum(ybar, {0, 2, 3});
}

std::optional<std::size_t> Conv2d::independent_axis(std::span<const Shape>, std::size_t input,
                                                    std::size_t axis) const {
  if (input == 0) return axis == 1 ? std::nullopt : independent_but_planes(axis);
  return axis == 0 ? std::optional<std::size_t>(1) : std::nullopt;
}

Expr Conv2d::blocked(const Expr& y) {
  if (y.shape().rank() != 4 || y.shape()[0] != batch) return {};
  Exprs inputs = y.inputs();
  inputs[0] = pack(inputs[0]);
  return unpack(y.graph().make(y.node().shared_op(), inputs, y.node().location()));
}

Index Conv2d::scratch(std::span<const Extents> inputs, const Extents& output) const {
  const ConvolutionSizes s = sizes(inputs[0], inputs[1], output, how);
  const Index conversion = output.layout == Layout::blocked ? 0 : (s.image() + s.result()) * block_size;
  return conversion + convolve_scratch(s);
}

template <class Scalar>
void Conv2d::evaluate(const Call<Scalar>& call) const {
  const ConvolutionSizes s = sizes(call.in[0].extents, call.in[1].extents, call.output.extents, how);
  const Scalar* w = call.in[1].data;
  const Scalar* b = call.inputs == 3 ? call.in[2].data : nullptr;
  if (call.output.extents.layout == Layout::blocked) {
    for (Index block = call.part.begin; block < call.part.end; ++block)
      convolve_block(s, call.in[0].data + block * s.image() * block_size, w, b,
                     call.output.data + block * s.result() * block_size, call.scratch);
    return;
  }
  Scalar* x = call.scratch;
  Scalar* y = x + s.image() * block_size;
  for (Index first = call.part.begin; first < call.part.end; first += block_size) {
    const Index examples = std::min(block_size, call.part.end - first);
    interleave(call.in[0].data + first * s.image(), examples, s.image(), x);
    convolve_block(s, x, w, b, y, y + s.result() * block_size);
    deinterleave(y, examples, s.result(), call.output.data + first * s.result());
  }
}

template void Conv2d::evaluate(const Call<float>&) const;
template void Conv2d::evaluate(const Call<double>&) const;

Expr conv2d(Expr x, Expr w, Expr b, const Convolution& how, SourceLocation location) {
  check_convolution(how, location);
  return apply(Conv2d{how}, {x, w, b}, location);
}

Expr conv2d(Expr x, Expr w, const Convolution& how, SourceLocation location) {
  check_convolution(how, location);
  return apply(Conv2d{how}, {x, w}, location);
}

}  // namespace gradus
