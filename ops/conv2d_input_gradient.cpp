#include <gradus/ops/conv2d_input_gradient.hpp>
#include <gradus/ops/conv2d_kernel_gradient.hpp>
#include <gradus/ops/detail/convolution_shapes.hpp>

namespace gradus {
namespace {

ConvolutionSizes sizes_of_input(const Extents& w, const Extents& ybar, const Extents& xbar,
                                const Convolution& how) {
  return sizes_of(ImageExtents(xbar), ImageExtents(ybar), w[2], w[3], how);
}

}  // namespace

Attributes Conv2dInputGradient::attributes() const {
  Attributes all = how.attributes();
  all.push_back({"rows", rows});
  all.push_back({"columns", columns});
  return all;
}

Shape Conv2dInputGradient::infer(std::span<const Shape> inputs) const {
  Images x = Images::of(inputs[1], "what flows back");
  if (inputs[0].rank() != 4 || inputs[0].has_batch())
    throw Mismatch{"the kernels must have four axes: output channel, input channel, row, column"};
  x.channels = inputs[0][1].at(1);
  x.rows = rows;
  x.columns = columns;
  check_convolved(x, inputs[0], inputs[1], how);
  return x.shape();
}

Expr Conv2dInputGradient::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr w = y.input(0);
  if (input == 0)
    return conv2d_kernel_gradient(ybar, y.input(1), w.shape()[2].at(1), w.shape()[3].at(1), how);
  return conv2d(ybar, w, how);
}

std::optional<std::size_t> Conv2dInputGradient::independent_axis(std::span<const Shape>, std::size_t input,
                                                                 std::size_t axis) const {
  if (input == 0) return axis == 1 ? std::optional<std::size_t>(1) : std::nullopt;
  return axis == 1 ? std::nullopt : independent_but_planes(axis);
}

Expr Conv2dInputGradient::blocked(const Expr& y) {
  if (y.shape().rank() != 4 || y.shape()[0] != batch) return {};
  return unpack(y.graph().make(y.node().shared_op(), {y.input(0), pack(y.input(1))}, y.node().location()));
}

Index Conv2dInputGradient::scratch(std::span<const Extents> inputs, const Extents& output) const {
  const ConvolutionSizes s = sizes_of_input(inputs[0], inputs[1], output, how);
  const Index conversion = output.layout == Layout::blocked ? 0 : (s.image() + s.result()) * block_size;
  return conversion + convolve_back_scratch(s);
}

template <class Scalar>
void Conv2dInputGradient::evaluate(const Call<Scalar>& call) const {
  const ConvolutionSizes s = sizes_of_input(call.in[0].extents, call.in[1].extents, call.output.extents, how);
  const Scalar* w = call.in[0].data;
  if (call.output.extents.layout == Layout::blocked) {
    for (Index block = call.part.begin; block < call.part.end; ++block)
      convolve_back_block(s, w, call.in[1].data + block * s.result() * block_size,
                          call.output.data + block * s.image() * block_size, call.scratch);
    return;
  }
  Scalar* ybar = call.scratch;
  Scalar* xbar = ybar + s.result() * block_size;
  for (Index first = call.part.begin; first < call.part.end; first += block_size) {
    const Index examples = std::min(block_size, call.part.end - first);
    interleave(call.in[1].data + first * s.result(), examples, s.result(), ybar);
    convolve_back_block(s, w, ybar, xbar, xbar + s.image() * block_size);
    deinterleave(xbar, examples, s.image(), call.output.data + first * s.image());
  }
}

template void Conv2dInputGradient::evaluate(const Call<float>&) const;
template void Conv2dInputGradient::evaluate(const Call<double>&) const;

Expr conv2d_input_gradient(Expr w, Expr ybar, Index rows, Index columns, const Convolution& how,
                           SourceLocation location) {
  check_convolution(how, location);
  return apply(Conv2dInputGradient{how, rows, columns}, {w, ybar}, location);
}

}  // namespace gradus
