#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// What batch normalisation knows of a batch: mean and variance of each channel, (channels), the variance
/// with the number of elements below it.
struct BatchStatistics {
  Expr mean;
  Expr variance;
};

/// Mean and variance over everything but the channels, axis 1, of x (batch, channels, …).
/// Throws ShapeError for an x of other axes.
BatchStatistics batch_statistics(Expr x, SourceLocation location = SourceLocation::current());

/// y = γ (x − μ) / √(σ² + ε) + β, channel by channel (Ioffe and Szegedy 2015), for μ and σ² of the batch in
/// training or of the whole set in inference. γ and β are (channels). Throws ShapeError when these do not
/// fit.
Expr batch_norm(Expr x, const BatchStatistics& statistics, Expr gamma, Expr beta, double epsilon = 1e-5,
                SourceLocation location = SourceLocation::current());

/// y = γ (x − μ) / √(σ² + ε) + β for μ and σ² of each example over all of its axes (Ba, Kiros and Hinton
/// 2016), as γ and β are, which have the shape of one example. Throws ShapeError when these do not fit.
Expr layer_norm(Expr x, Expr gamma, Expr beta, double epsilon = 1e-5,
                SourceLocation location = SourceLocation::current());

}  // namespace gradus
