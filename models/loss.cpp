#include <gradus/models/loss.hpp>
#include <gradus/ops/ops.hpp>

#include "loss_includes.inc"

namespace gradus {

Expr losses::CrossEntropy::operator()(Expr p, Expr t, Here here) const { return cross_entropy(p, t, here); }
Expr losses::SquaredError::operator()(Expr p, Expr t, Here here) const { return squared_error(p, t, here); }

const Registry<Loss>& registered_losses() {
  static const auto losses = [] {
    Registry<Loss> found("loss");
#include "loss_list.inc"
    return found;
  }();
  return losses;
}

}  // namespace gradus
