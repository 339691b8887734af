#include <gradus/models/loss.hpp>
#include <gradus/ops/ops.hpp>

#include "loss_includes.inc"

namespace gradus {

Expr losses::CrossEntropy::operator()(Expr p, Expr t, SourceLocation location) const {
  return cross_entropy(p, t, location);
}
Expr losses::SquaredError::operator()(Expr p, Expr t, SourceLocation location) const {
  return squared_error(p, t, location);
}

const Registry<Loss>& registered_losses() {
  static const auto losses = Registry<Loss>("loss")
#include "loss_list.inc"
      ;
  return losses;
}

}  // namespace gradus
