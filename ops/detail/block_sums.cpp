#include <gradus/graph/declare/define.hpp>
#include <gradus/ops/axes.hpp>
#include <gradus/ops/detail/block_sums.hpp>
#include <gradus/ops/detail/convolution_shapes.hpp>

#include <algorithm>

namespace gradus {
namespace {

/// The examples of a block, of all there are.
Index examples_in(Index block, Index all) {
  return std::clamp<Index>(all - block * block_size, 0, block_size);
}

}  // namespace

Attributes Conv2dBlockGradient::attributes() const {
  Attributes all = how.attributes();
  all.push_back({"kernel_rows", kernel_rows});
  all.push_back({"kernel_columns", kernel_columns});
  return all;
}

Shape Conv2dBlockGradient::infer(std::span<const Shape> inputs) const {
  const Images x = Images::of(inputs[0], "the images");
  const Images y = Images::of(inputs[1], "what flows back");
  check_convolved(x, {y.channels, x.channels, kernel_rows, kernel_columns}, inputs[1], how);
  if (x.layout != Layout::blocked || !inputs[2].is_scalar())
    throw Mismatch{"images in the blocked layout and the number of examples"};
  return {x.examples, y.channels, x.channels, kernel_rows, kernel_columns};
}

Index Conv2dBlockGradient::scratch(std::span<const Extents> inputs, const Extents&) const {
  return correlate_scratch(
      sizes_of(ImageExtents(inputs[0]), ImageExtents(inputs[1]), kernel_rows, kernel_columns, how));
}

template <class Scalar>
void Conv2dBlockGradient::evaluate(const Call<Scalar>& call) const {
  const ConvolutionSizes s = sizes_of(ImageExtents(call.in[0].extents), ImageExtents(call.in[1].extents),
                                      kernel_rows, kernel_columns, how);
  const auto all = static_cast<Index>(call.in[2][0]);
  for (Index block = call.part.begin; block < call.part.end; ++block)
    correlate_block(s, call.in[0].data + block * s.image() * block_size,
                    call.in[1].data + block * s.result() * block_size, examples_in(block, all),
                    {0, s.out_channels}, call.output.data + block * s.kernel(), call.scratch);
}

Shape BlockSum::infer(std::span<const Shape> inputs) const {
  const Shape& x = inputs[0];
  if (x.layout() != Layout::blocked || !inputs[1].is_scalar())
    throw Mismatch{"a value in the blocked layout and the number of examples"};
  const AxisSet gone = axis_set(axes, x.rank() - 1);
  std::vector<Dim> dims{blocks};
  for (std::size_t axis = 1; axis + 1 < x.rank(); ++axis)
    if (!gone[axis]) dims.push_back(x[axis]);
  return Shape(std::span<const Dim>(dims));
}

template <class Scalar>
void BlockSum::evaluate(const Call<Scalar>& call) const {
  using Vector = Eigen::Array<Scalar, block_size, 1>;
  const Extents& x = call.in[0].extents;
  Extents one;  // a block without its innermost axis
  one.rank = x.rank - 2;
  for (std::size_t axis = 0; axis < one.rank; ++axis) one.sizes[axis] = x[axis + 1];
  AxisSet gone = axis_set(axes, x.rank - 1);
  gone >>= 1;
  const ReductionLoops loops(one, gone);
  const Index outputs = call.output.size() / call.output.extents[0];
  const Index terms = one.count() / outputs;
  const auto all = static_cast<Index>(call.in[1][0]);
  for (Index block = call.part.begin; block < call.part.end; ++block) {
    const Scalar* from = call.in[0].data + block * one.count() * block_size;
    for (Index i = 0; i < outputs; ++i) {
      const Scalar* first = from + loops.offset(loops.kept, loops.kept_count, i) * block_size;
      const Index run = loops.reduced_count == 0 ? 1 : loops.reduced[0].size;
      const Index stride = loops.reduced_count == 0 ? 1 : loops.reduced[0].stride;
      Vector sum = Vector::Zero();
      for (Index k = 0; k < terms; k += run) {
        const Scalar* at = first + loops.offset(loops.reduced, loops.reduced_count, k) * block_size;
        for (Index r = 0; r < run; ++r)
          sum += Eigen::Map<const Vector, Eigen::Aligned64>(at + r * stride * block_size);
      }
      const Index spare = block_size - examples_in(block, all);
      sum.tail(spare).setZero();
      call.output[block * outputs + i] = sum.sum();
    }
  }
}

template OpPtr erase<Conv2dBlockGradient>(const Conv2dBlockGradient&);
template OpPtr erase<BlockSum>(const BlockSum&);

}  // namespace gradus
