#include <gradus/base/error.hpp>
#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/interpreter.hpp>
#include <gradus/graph/run/state.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradus {

template <class Scalar>
void Interpreter<Scalar>::refer(const Node& node, View<const Scalar> value) {
  if (values_.size() <= node.id()) values_.resize(graph_->size());
  values_[node.id()] = value;
}

/// Memory for the value of a node, which is its value from now on.
template <class Scalar>
Scalar* Interpreter<Scalar>::own(const Node& node) {
  Tensor<Scalar>& tensor = own_[node.id()] = Tensor<Scalar>(node.shape().at(batch_.value_or(1)));
  refer(node, std::as_const(tensor).view());
  return tensor.data();
}

template <class Scalar>
void Interpreter<Scalar>::give(const Node& node, std::span<const Scalar> value) {
  if (const Index size = node.shape().count(batch_.value_or(1)); static_cast<Index>(value.size()) != size)
    throw ShapeError(fmt::format("'{}' {} was given {} numbers, not {}", node.name(), to_string(node.shape()),
                                 value.size(), size));
  std::ranges::copy(value, own(node));
}

template <class Scalar>
void Interpreter<Scalar>::refer(const State<Scalar>& state) {
  state_ = &state;
  for (std::size_t id = 0; id < graph_->size(); ++id) {
    const Node& node = graph_->node(id);
    const auto* stored = as<VariableRead>(node.op());
    if (stored != nullptr && stored->index < state.variables().size()) refer(node, state[node.name()]);
  }
}

template <class Scalar>
const View<const Scalar>* Interpreter<Scalar>::find(const Node& node) const {
  return node.id() < values_.size() && values_[node.id()] ? &*values_[node.id()] : nullptr;
}

/// Computes what a program takes from the state; false for all other nodes.
template <class Scalar>
bool Interpreter<Scalar>::of_state(const Node& node) {
  if (as<StepCounter>(node.op()) != nullptr)
    *own(node) = static_cast<Scalar>(state_->step);
  else if (as<RandomKey>(node.op()) != nullptr)
    RandomKey::write(own(node), state_->seed, state_->step);
  else
    return false;
  return true;
}

template <class Scalar>
bool Interpreter<Scalar>::compute(const Node& node) {
  if (find(node) != nullptr) return true;
  if (depends_on_batch(node) && !batch_) return false;
  if (const auto* constant = as<Constant>(node.op())) {
    std::ranges::transform(constant->values, own(node), [](double v) { return static_cast<Scalar>(v); });
    return true;
  }
  if (as<BatchSize>(node.op()) != nullptr) {
    *own(node) = static_cast<Scalar>(*batch_);
    return true;
  }
  if (state_ != nullptr && of_state(node)) return true;
  const Kind kind = node.op().kind();
  if (kind == Kind::source || kind == Kind::effect) return false;
  if (!std::ranges::all_of(node.inputs(), [&](const Node* input) { return find(*input) != nullptr; }))
    return false;
  compute_again(node);
  return true;
}

template <class Scalar>
void Interpreter<Scalar>::compute_again(const Node& node) {
  const Extents extents = node.shape().at(batch_.value_or(1));
  if (as<WhenTraining>(node.op()) != nullptr)
    return refer(node, *find(*node.inputs()[mode_ == Mode::training ? 0 : 1]));
  if (node.op().kind() == Kind::view) return refer(node, {find(*node.inputs()[0])->data, extents});
  std::vector<View<const Scalar>> inputs;
  for (const Node* input : node.inputs()) inputs.push_back(*find(*input));
  Tensor<Scalar>& value = own_[node.id()] = evaluate_once(node.op(), inputs, extents);
  refer(node, std::as_const(value).view());
}

template <class Scalar>
void Interpreter<Scalar>::compute_all() {
  for (std::size_t id = 0; id < graph_->size(); ++id) compute(graph_->node(id));
}

template class Interpreter<float>;
template class Interpreter<double>;

}  // namespace gradus
