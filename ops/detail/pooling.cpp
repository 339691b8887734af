#include <gradus/base/error.hpp>
#include <gradus/ops/detail/pooling.hpp>

#include <fmt/format.h>

namespace gradus {

Images pooled(const Images& x, const Pooling& how) {
  Images y = x;
  y.rows = places("rows", "window", x.rows, how.window, how.stride, 0);
  y.columns = places("columns", "window", x.columns, how.window, how.stride, 0);
  return y;
}

Pooling checked_pooling(const char* op, Index window, std::optional<Index> stride, SourceLocation location) {
  const Pooling how{window, stride.value_or(window)};
  if (how.window < 1)
    throw ValueError(
        fmt::format("{}{}: the window must be at least 1, not {}", op, to_string(location), how.window));
  if (how.stride < 1)
    throw ValueError(
        fmt::format("{}{}: the stride must be at least 1, not {}", op, to_string(location), how.stride));
  return how;
}

}  // namespace gradus
