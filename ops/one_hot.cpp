#include <gradus/ops/one_hot.hpp>

#include <fmt/format.h>

namespace gradus {

Shape OneHot::infer(std::span<const Shape> inputs) const {
  if (classes < 1) throw Mismatch{fmt::format("there must be at least 1 class, not {}", classes)};
  if (inputs[0].rank() == max_rank) throw Mismatch{"there is no room for one more axis"};
  std::vector<Dim> dims(inputs[0].dims().begin(), inputs[0].dims().end());
  dims.emplace_back(classes);
  return Shape(std::span<const Dim>(dims));
}

Expr one_hot(Expr x, Index classes, SourceLocation location) { return apply(OneHot{classes}, {x}, location); }

}  // namespace gradus
