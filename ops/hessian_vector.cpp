#include <gradus/base/error.hpp>
#include <gradus/ops/hessian_vector.hpp>
#include <gradus/ops/multiply.hpp>
#include <gradus/ops/sum.hpp>

#include <fmt/format.h>

namespace gradus {

Expr dot(Expr a, Expr b, SourceLocation location) { return sum(multiply(a, b, location), location); }

Expr hessian_vector(Expr loss, Expr w, Expr v, SourceLocation location) {
  if (v.shape() != w.shape())
    throw ShapeError(
        fmt::format("the vector '{}' {} of a Hessian-vector product{} must have the shape of '{}' {}",
                    v.name(), to_string(v.shape()), to_string(location), w.name(), to_string(w.shape())));
  const auto whole = loss.graph().declaration();
  const Expr gradient = gradients(loss, {w}, Unused::refuse, location).front();
  return gradients(dot(gradient, v, location), {w}, Unused::zeros, location).front();
}

}  // namespace gradus
