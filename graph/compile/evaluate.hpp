#pragma once

#include <gradus/graph/declare/op.hpp>

#include <vector>

namespace gradus {

/// The value of one op on given inputs, by the op's own kernel, whatever its kind. The inputs' memory has
/// room up to the end of a cache line, as a Buffer's has. Throws InternalError for an op that computes
/// nothing (a source or an effect).
template <class Scalar>
Tensor<Scalar> evaluate_once(const Op& op, const std::vector<View<const Scalar>>& inputs,
                             const Extents& output);
template <class Scalar>
Tensor<Scalar> evaluate_once(const Op& op, const std::vector<Tensor<Scalar>>& inputs, const Extents& output);

}  // namespace gradus
