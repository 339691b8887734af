#include <gradus/models/activation.hpp>
#include <gradus/ops/ops.hpp>

#include "activation_includes.inc"

namespace gradus {

Expr activations::Sigmoid::operator()(Expr x, Here here) const { return sigmoid(x, here); }
Expr activations::Tanh::operator()(Expr x, Here here) const { return tanh(x, here); }
Expr activations::Relu::operator()(Expr x, Here here) const { return relu(x, here); }
Expr activations::LeakyRelu::operator()(Expr x, Here here) const { return leaky_relu(x, slope, here); }
Expr activations::Elu::operator()(Expr x, Here here) const { return elu(x, alpha, here); }
Expr activations::Gelu::operator()(Expr x, Here here) const { return gelu(x, here); }
Expr activations::Softplus::operator()(Expr x, Here here) const { return softplus(x, here); }
Expr activations::Linear::operator()(Expr x, Here) const { return x; }

const Registry<Activation>& registered_activations() {
  static const auto activations = [] {
    Registry<Activation> found("activation");
#include "activation_list.inc"
    return found;
  }();
  return activations;
}

}  // namespace gradus
