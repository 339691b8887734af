#include <gradus/dump/brief.hpp>
#include <gradus/inspect/statistics.hpp>

#include <fmt/format.h>

#include <cmath>

namespace gradus {
namespace {

/// The elements from `at` on, which is moved behind them, bracketed axis by axis.
std::string nested(const Tensor<double>& tensor, std::size_t axis, Index& at) {
  const Extents& extents = tensor.extents();
  if (axis == extents.rank) return brief(tensor[at++]);
  std::string text;
  for (Index i = 0; i < extents[axis]; ++i) text += (i == 0 ? "" : ", ") + nested(tensor, axis + 1, at);
  return "[" + text + "]";
}

}  // namespace

std::string brief(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "∞" : "-∞";
  return fmt::format("{:.4g}", number == 0 ? 0.0 : number);
}

std::string brief(const Tensor<double>& tensor, Index most) {
  if (tensor.size() <= most) {
    Index at = 0;
    return nested(tensor, 0, at);
  }
  const Statistics s = statistics(tensor);
  std::string text = s.not_finite == s.size ? ""
                                            : fmt::format("min {}, mean {}, max {}, norm {}", brief(s.min),
                                                          brief(s.mean), brief(s.max), brief(s.norm));
  if (s.not_finite > 0)
    text += fmt::format("{}{} of {} not finite", text.empty() ? "" : ", ", s.not_finite, s.size);
  return text;
}

std::string brief(const Tensor<double>* tensor) {
  return tensor != nullptr ? brief(*tensor) : "not computed";
}

}  // namespace gradus
