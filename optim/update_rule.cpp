#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/select.hpp>
#include <gradus/optim/update_rule.hpp>

namespace gradus {

Slots::Slots(Graph& graph, std::function<Expr()> loss, Expr updates, Expr apply)
    : graph_(graph), shared_(graph_.context()), loss_(std::move(loss)), updates_(updates), apply_(apply) {}

Expr Slots::zeros_like(Expr w, const std::string& name) {
  const auto guard = graph_.enter(shared_);
  const auto owned = graph_.scope("", w);
  const std::string scope = shared_.scope.empty() ? "" : shared_.scope + "/";
  const std::string own = w.name().starts_with(scope) ? w.name().substr(scope.size()) : w.name();
  return graph_.optimizer_state(own + "/" + name, w.shape(), filled_with(0), shared_.location);
}

Expr Slots::updates() { return updates_ ? updates_ : graph_.step(); }

Expr Slots::step() {
  return once("step", [&] {
    const Expr before = updates();
    const auto guard = graph_.scope("update", before);
    return before + 1;
  });
}

Expr Slots::shared(const std::string& name, double initial) {
  return once("shared " + name,
              [&] { return graph_.optimizer_state(name, {}, filled_with(initial), shared_.location); });
}

Expr Slots::scalar(const std::string& name, const Hyper& hyper) {
  return once("setting " + name, [&] {
    const Expr setting = graph_.hyper_parameter(name, hyper.value(), shared_.location);
    if (!hyper.factor()) return setting;
    const auto guard = graph_.scope("schedule/" + name);
    return setting * hyper.factor()(updates());
  });
}

Expr Slots::once(const std::string& name, const std::function<Expr()>& make) {
  const auto found = made_.find(name);
  if (found != made_.end()) return found->second;
  // What all parameters share belongs to none of their scopes.
  const auto guard = graph_.enter(shared_);
  return made_.emplace(name, make()).first->second;
}

void Slots::assign(Expr variable, Expr value) {
  assignments_.push_back(gradus::assign(variable, apply_ ? select(apply_, value, variable) : value));
}

}  // namespace gradus
