#include <gradus/base/error.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/ops/normalisation.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/reshape.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/ops/square.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// (channels) as (channels, 1, …), which NumPy's rule puts at axis 1 of x.
Expr beside(Expr of_channels, const Expr& x, SourceLocation location) {
  std::vector<Dim> dims(x.shape().rank() - 1, Dim(1));
  dims[0] = of_channels.shape()[0];
  return reshape(of_channels, Shape(std::span<const Dim>(dims)), location);
}

void check_channels(const Expr& x, SourceLocation location) {
  if (x.shape().rank() < 2 || x.shape()[0] != batch)
    throw ShapeError(fmt::format("batch normalisation{} takes (batch, channels, …), but '{}' is {}",
                                 to_string(location), x.name(), to_string(x.shape())));
}

}  // namespace

BatchStatistics batch_statistics(Expr x, SourceLocation location) {
  check_channels(x, location);
  std::vector<Index> axes{0};
  for (std::size_t axis = 2; axis < x.shape().rank(); ++axis) axes.push_back(static_cast<Index>(axis));
  const Expr centre = mean(x, axes, KeepAxes::no, location);
  const Expr variance = mean(square(x - beside(centre, x, location), location), axes, KeepAxes::no, location);
  return {centre, variance};
}

Expr batch_norm(Expr x, const BatchStatistics& statistics, Expr gamma, Expr beta, double epsilon,
                SourceLocation location) {
  check_channels(x, location);
  for (const Expr& each : {statistics.mean, statistics.variance, gamma, beta})
    if (each.shape() != Shape{x.shape()[1]})
      throw ShapeError(fmt::format(
          "batch normalisation{} of '{}' {} needs one number for each channel, but '{}' is {}",
          to_string(location), x.name(), to_string(x.shape()), each.name(), to_string(each.shape())));
  const Expr scale = gamma / sqrt(add(statistics.variance, epsilon, location), location);
  const Expr shift = beside(beta, x, location);
  const Expr factor = beside(scale, x, location);
  return (x - beside(statistics.mean, x, location)) * factor + shift;
}

Expr layer_norm(Expr x, Expr gamma, Expr beta, double epsilon, SourceLocation location) {
  if (x.shape().rank() < 2 || x.shape()[0] != batch)
    throw ShapeError(fmt::format("layer normalisation{} takes (batch, n, …), but '{}' is {}",
                                 to_string(location), x.name(), to_string(x.shape())));
  const Shape example(x.shape().dims().subspan(1));
  for (const Expr& each : {gamma, beta})
    if (each.shape() != example)
      throw ShapeError(
          fmt::format("layer normalisation{} of '{}' {} needs γ and β of the shape {}, but '{}' is {}",
                      to_string(location), x.name(), to_string(x.shape()), to_string(example), each.name(),
                      to_string(each.shape())));
  std::vector<Index> axes;
  for (std::size_t axis = 1; axis < x.shape().rank(); ++axis) axes.push_back(static_cast<Index>(axis));
  const Expr centred = x - mean(x, axes, KeepAxes::yes, location);
  const Expr variance = mean(square(centred, location), axes, KeepAxes::yes, location);
  return centred / sqrt(variance + epsilon, location) * gamma + beta;
}

}  // namespace gradus
