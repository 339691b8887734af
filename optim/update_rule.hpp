#pragma once

#include <gradus/base/part.hpp>
#include <gradus/graph/declare/graph.hpp>
#include <gradus/optim/schedule.hpp>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace gradus {

/// What an update rule writes its nodes with: its memory, its hyper-parameters, the assignments it makes.
class Slots {
 public:
  /// For minimize(). `loss` makes the loss of all the examples of the update, when a rule asks for it;
  /// `updates` is the number of updates made before this one, a scalar, empty where that is the step counter;
  /// `apply`, where there is one, the scalar mask that lets assignments through. What parameters share is
  /// named in the scope open now.
  Slots(Graph& graph, std::function<Expr()> loss, Expr updates, Expr apply);

  /// A variable of w's shape, zero at first, called "w/name" after w's own name. Throws NameError for a name
  /// w has already.
  Expr zeros_like(Expr w, const std::string& name);

  /// A scalar variable shared by all parameters, called `name`: the same node for every parameter.
  Expr shared(const std::string& name, double initial);

  /// A hyper-parameter as a scalar: the setting `name` times its schedule. The same node for every
  /// parameter.
  Expr scalar(const std::string& name, const Hyper& hyper);

  /// What `make` returned the first time, for what is computed once for all parameters.
  Expr once(const std::string& name, const std::function<Expr()>& make);

  /// t: the number of this update, 1 for the first. A scalar.
  Expr step();

  /// The loss being minimised, of all batches that make the update, penalty included. A scalar.
  Expr loss() { return once("loss", loss_); }

  /// variable ← value at the end of the update: every other node sees the old value. Throws ShapeError when
  /// the shapes differ.
  void assign(Expr variable, Expr value);

  /// What was assigned so far, in order.
  const Exprs& assignments() const { return assignments_; }

 private:
  Expr updates();

  Graph& graph_;
  Graph::Context shared_;
  std::function<Expr()> loss_;
  Expr updates_;
  Expr apply_;
  Exprs assignments_;
  std::unordered_map<std::string, Expr> made_;
};

/// Any struct with a `description` and `void update(Slots&, Expr w, Expr g) const`, which builds the nodes
/// that change one parameter w given its gradient g of the same shape; it is called once for every parameter.
/// To be chosen by name it is a part, as base/part.hpp says, with parameters of type Hyper. See rules/ for
/// those the library has.
class UpdateRule {
 public:
  template <class R>
  requires requires(const R& rule, Slots& slots, Expr e) {
    R::description.name;
    rule.update(slots, e, e);
  }
  UpdateRule(R rule)  // NOLINT(google-explicit-constructor): minimize(loss, Adam{})
      : name_(R::description.name),
        update_([rule](Slots& slots, Expr w, Expr g) { rule.update(slots, w, g); }) {}

  const std::string& name() const { return name_; }
  void update(Slots& slots, Expr w, Expr g) const { update_(slots, w, g); }

 private:
  std::string name_;
  std::function<void(Slots&, Expr, Expr)> update_;
};

}  // namespace gradus
