#pragma once

#include <gradus/graph/declare/tensor.hpp>

#include <string>

namespace gradus {

/// A number in four digits: "0.6931", "-3.1e-05", "NaN", "∞".
std::string brief(double number);

/// A tensor on one line: "[[1, 2], [3, 4]]" where it has no more than `most` elements, else
/// "min -0.5, mean 0.01, max 0.48, norm 3.2", with the number of elements that are not finite where there are
/// any.
std::string brief(const Tensor<double>& tensor, Index most = 6);

/// The tensor that a Recording has found, or "not computed" for null.
std::string brief(const Tensor<double>* tensor);

}  // namespace gradus
