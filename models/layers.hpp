#pragma once

#include <gradus/graph/graph.hpp>
#include <gradus/models/initialisers.hpp>

#include <string>
#include <vector>

namespace gradus {

/// y = x W + b for x of (batch, n): the parameters "name/weight" (n, units) and "name/bias" (units), the bias
/// zero at first. Throws ShapeError unless x is a matrix, NameError when the name is taken.
Expr dense(Expr x, Index units, const std::string& name, const Initialiser& weight = glorot_uniform(),
           Here here = Here::current());

/// The nonlinearity of that name: sigmoid, tanh, relu, leaky-relu, elu, gelu, softplus or linear (none).
/// Throws NameError with the nearest name.
Expr activation(const std::string& name, Expr x, Here here = Here::current());

/// The names activation() knows.
const std::vector<std::string>& activation_names();

}  // namespace gradus
