#include <gradus/base/error.hpp>
#include <gradus/graph/compile/evaluate.hpp>

#include <fmt/format.h>

namespace gradus {

template <class Scalar>
Tensor<Scalar> evaluate_once(const Op& op, const std::vector<View<const Scalar>>& inputs,
                             const Extents& output) {
  Tensor<Scalar> result(output);
  std::vector<Extents> extents;
  std::vector<const Scalar*> pointers;
  for (const View<const Scalar>& input : inputs) {
    extents.push_back(input.extents);
    pointers.push_back(input.data);
  }
  switch (op.kind()) {
    case Kind::view:
      std::ranges::copy(inputs[0].span(), result.data());
      break;
    case Kind::elementwise:
      op.evaluate(
          Tile<Scalar>{result.data(), pointers.data(), pointers.size(), padded<Scalar>(result.size())});
      break;
    case Kind::gather:
      op.evaluate(GatherTile<Scalar>{result.data(), output, {0, result.size()}, inputs.data()});
      break;
    case Kind::rowwise: {
      Buffer<Scalar> scratch(std::max<Index>(1, op.scratch(extents, output)));
      const Index rows = output.rank == 0 ? 1 : output[0];
      if (const auto over = op.overwrites()) std::ranges::copy(inputs[*over].span(), result.data());
      op.evaluate(Call<Scalar>{result.view(), inputs.data(), inputs.size(), {0, rows}, scratch.data()});
      break;
    }
    case Kind::source:
    case Kind::effect:
      throw InternalError(fmt::format("{} has no value of its own", op.name()));
  }
  return result;
}

template <class Scalar>
Tensor<Scalar> evaluate_once(const Op& op, const std::vector<Tensor<Scalar>>& inputs, const Extents& output) {
  std::vector<View<const Scalar>> views;
  for (const Tensor<Scalar>& input : inputs) views.push_back(input.view());
  return evaluate_once(op, views, output);
}

template Tensor<float> evaluate_once(const Op&, const std::vector<View<const float>>&, const Extents&);
template Tensor<double> evaluate_once(const Op&, const std::vector<View<const double>>&, const Extents&);
template Tensor<float> evaluate_once(const Op&, const std::vector<Tensor<float>>&, const Extents&);
template Tensor<double> evaluate_once(const Op&, const std::vector<Tensor<double>>&, const Extents&);

}  // namespace gradus
