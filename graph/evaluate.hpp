#pragma once

#include <gradus/graph/op.hpp>

#include <vector>

namespace gradus {

/// The value of one op on given inputs, by the op's own kernel, whatever its kind.
/// Throws InternalError for an op that computes nothing (a source or an effect).
template <class Scalar>
Tensor<Scalar> evaluate_once(const Op& op, const std::vector<const Tensor<Scalar>*>& inputs,
                             const Extents& output);
template <class Scalar>
Tensor<Scalar> evaluate_once(const Op& op, const std::vector<Tensor<Scalar>>& inputs, const Extents& output);

}  // namespace gradus
