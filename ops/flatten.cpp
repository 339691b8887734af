#include <gradus/base/error.hpp>
#include <gradus/ops/flatten.hpp>
#include <gradus/ops/reshape.hpp>

#include <fmt/format.h>

namespace gradus {

Expr flatten(Expr x, SourceLocation location) {
  const Shape& shape = x.shape();
  if (shape.rank() == 0 || shape[0] != batch)
    throw ShapeError(fmt::format("flatten{} takes examples along the first axis, but '{}' is {}",
                                 to_string(location), x.name(), to_string(shape)));
  return reshape(x, {batch, shape.count(1)}, location);
}

}  // namespace gradus
