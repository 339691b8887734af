#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/equal_nodes.hpp>

#include <algorithm>
#include <typeindex>

namespace gradus {
namespace {

template <class T>
std::size_t hash_value(const T& value) {
  return std::hash<T>{}(value);
}

std::size_t hash_value(const Shape& shape) {
  std::size_t hash = shape.rank();
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    hash = hash * 31 + static_cast<std::size_t>(shape[axis].at(1));
  return hash;
}

template <class T>
std::size_t hash_value(const std::vector<T>& values) {
  std::size_t hash = values.size();
  for (const T& value : values) hash = hash * 31 + hash_value(value);
  return hash;
}

void mix(std::size_t& hash, std::size_t part) { hash = hash * 1099511628211U ^ part; }

}  // namespace

std::size_t EqualNodes::hash_of(const Op& op) {
  std::size_t hash = std::type_index(op.type()).hash_code();
  for (const Attribute& attribute : op.attributes())
    mix(hash, std::visit([](const auto& value) { return hash_value(value); }, attribute.value));
  return hash;
}

bool EqualNodes::may_be_one(const Op& op) { return op.kind() != Kind::effect && as<Input>(op) == nullptr; }

std::size_t EqualNodes::Hash::operator()(const Key& key) const {
  std::size_t hash = key.op_hash;
  for (const Expr& input : key.inputs) mix(hash, input.node().id());
  return hash;
}

std::size_t EqualNodes::Hash::operator()(const Node* node) const {
  std::size_t hash = node->op_hash_;
  for (const Node* input : node->inputs_) mix(hash, input->id());
  return hash;
}

bool EqualNodes::Equal::operator()(const Key& a, const Node* b) const {
  const auto node_of = [](const Expr& input) { return &input.node(); };
  if (a.op_hash != b->op_hash_ || !std::ranges::equal(a.inputs, b->inputs_, {}, node_of)) return false;
  return a.op == b->op_ || (a.op->type() == b->op_->type() && a.op->attributes() == b->op_->attributes());
}

const Node* EqualNodes::find(const OpPtr& op, const Exprs& inputs, std::size_t op_hash) const {
  const auto found = nodes_.find(Key{op, inputs, op_hash});
  return found == nodes_.end() ? nullptr : *found;
}

void EqualNodes::insert(const Node& node) { nodes_.insert(&node); }

}  // namespace gradus
