#pragma once

#include <gradus/graph/declare/graph.hpp>
#include <gradus/models/initialisers.hpp>
#include <gradus/ops/conv2d.hpp>

#include <string>
#include <vector>

namespace gradus {

/// y = x W + b for x of (batch, n): the parameters "name/weight" (n, units) and "name/bias" (units), the bias
/// zero at first. Throws ShapeError unless x is a matrix, NameError when the name is taken.
Expr dense(Expr x, Index units, const std::string& name, const Initialiser& weight = glorot_uniform(),
           SourceLocation location = SourceLocation::current());

/// Whether a layer adds a bias.
enum class Bias { no, yes };

/// y = w ⋆ x + b for images x of (batch, n, rows, columns): the parameters "name/weight" (channels, n,
/// kernel, kernel) and "name/bias" (channels), the bias zero at first. Throws ShapeError unless x holds
/// images that the kernel finds a place in, NameError when the name is taken.
Expr conv2d(Expr x, Index channels, Index kernel, const std::string& name, const Convolution& how = {},
            Bias bias = Bias::yes, const Initialiser& weight = glorot_uniform(),
            SourceLocation location = SourceLocation::current());

/// Batch normalisation of x (batch, channels, …): the parameters "name/scale" and "name/shift" (channels), 1
/// and 0 at first, and the slots "name/running_mean" and "name/running_variance", which every training step
/// moves by a tenth towards the mean and the unbiased variance of its batch, and which stand for them in
/// inference.
Expr batch_norm(Expr x, const std::string& name, SourceLocation location = SourceLocation::current());

/// Layer normalisation of x (batch, n…): the parameters "name/scale" and "name/shift" (n…), 1 and 0 at first.
Expr layer_norm(Expr x, const std::string& name, SourceLocation location = SourceLocation::current());

/// The library's nonlinearity of that text, as Registry::parse() reads it: "tanh", "leaky-relu:0.2".
Expr activation(const std::string& text, Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
