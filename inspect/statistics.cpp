#include <gradus/base/error.hpp>
#include <gradus/inspect/statistics.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradus {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Where part `i` of `parts` of `size` entries begins; parts differ by one entry at most.
Index begin_of(Index i, Index size, Index parts) { return i * size / parts; }

}  // namespace

Statistics statistics(const Tensor<double>& values) {
  Statistics result;
  result.shape = values.extents();
  result.size = values.size();
  result.min = std::numeric_limits<double>::infinity();
  result.max = -result.min;
  Index finite = 0;
  for (const double x : values.span()) {
    if (!std::isfinite(x)) continue;
    ++finite;
    result.min = std::min(result.min, x);
    result.max = std::max(result.max, x);
    // Neither a sum nor a square may overflow where the mean and the norm do not.
    result.mean += (x - result.mean) / static_cast<double>(finite);
  }
  result.not_finite = result.size - finite;
  if (finite == 0) {
    result.min = result.mean = result.max = result.norm = nan;
    return result;
  }
  const double scale = std::max(std::abs(result.min), std::abs(result.max));
  if (scale == 0) return result;
  double squares = 0;
  for (const double x : values.span())
    if (std::isfinite(x)) squares += (x / scale) * (x / scale);
  result.norm = scale * std::sqrt(squares);
  return result;
}

Histogram histogram(const Tensor<double>& values, std::size_t bins) {
  if (bins < 1) throw ValueError("a histogram has at least 1 bin, not 0");
  const Statistics range = statistics(values);
  Histogram result;
  result.from = range.min;
  result.to = range.max;
  if (range.not_finite == range.size) return result;
  if (range.min == range.max) {
    result.counts = {range.size - range.not_finite};
    return result;
  }
  result.counts.assign(bins, 0);
  const auto count = static_cast<double>(bins);
  for (const double x : values.span()) {
    if (!std::isfinite(x)) continue;
    // Halves, so that the width does not overflow.
    const double part = (x / 2 - range.min / 2) / (range.max / 2 - range.min / 2);
    ++result.counts[std::min(bins - 1, static_cast<std::size_t>(part * count))];
  }
  return result;
}

Picture picture(const Tensor<double>& values, Index most_rows, Index most_columns) {
  if (most_rows < 1 || most_columns < 1)
    throw ValueError(
        fmt::format("a picture has at least 1 row and 1 column, not {} × {}", most_rows, most_columns));
  const Extents& extents = values.extents();
  const Index columns = extents.rank == 0 ? 1 : extents[extents.rank - 1];
  const Index rows = values.size() / columns;
  Picture result{std::min(rows, most_rows), std::min(columns, most_columns), {}};
  for (Index r = 0; r < result.rows; ++r)
    for (Index c = 0; c < result.columns; ++c) {
      double mean = 0;
      Index seen = 0;
      for (Index i = begin_of(r, rows, result.rows); i < begin_of(r + 1, rows, result.rows); ++i)
        for (Index j = begin_of(c, columns, result.columns); j < begin_of(c + 1, columns, result.columns);
             ++j)
          mean += (values[i * columns + j] - mean) / static_cast<double>(++seen);
      result.values.push_back(mean);
    }
  return result;
}

}  // namespace gradus
