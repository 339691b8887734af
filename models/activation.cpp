#include <gradus/models/activation.hpp>
#include <gradus/ops/ops.hpp>

#include "activation_includes.inc"

namespace gradus {

Expr activations::Sigmoid::operator()(Expr x, SourceLocation location) const { return sigmoid(x, location); }
Expr activations::Tanh::operator()(Expr x, SourceLocation location) const { return tanh(x, location); }
Expr activations::Relu::operator()(Expr x, SourceLocation location) const { return relu(x, location); }
Expr activations::LeakyRelu::operator()(Expr x, SourceLocation location) const {
  return leaky_relu(x, slope, location);
}
Expr activations::Elu::operator()(Expr x, SourceLocation location) const { return elu(x, alpha, location); }
Expr activations::Gelu::operator()(Expr x, SourceLocation location) const { return gelu(x, location); }
Expr activations::Softplus::operator()(Expr x, SourceLocation location) const {
  return softplus(x, location);
}
Expr activations::Linear::operator()(Expr x, SourceLocation) const { return x; }

const Registry<Activation>& registered_activations() {
  static const auto activations = Registry<Activation>("activation")
#include "activation_list.inc"
      ;
  return activations;
}

}  // namespace gradus
