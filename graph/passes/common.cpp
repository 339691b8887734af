#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/passes/passes.hpp>

#include <fmt/format.h>

#include <functional>
#include <typeindex>

namespace gradus {
namespace {

/// Two nodes with equal signatures compute the same. The type tells ops apart that share a name.
struct Signature {
  std::type_index op;
  std::vector<std::size_t> inputs;
  Attributes attributes;
  friend bool operator==(const Signature&, const Signature&) = default;
};

std::size_t hash_of(const Shape& shape) {
  std::size_t hash = shape.rank();
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    hash = hash * 31 + static_cast<std::size_t>(shape[axis].at(1));
  return hash;
}

template <class T>
std::size_t hash_of(const T& value) {
  return std::hash<T>{}(value);
}

template <class T>
std::size_t hash_of(const std::vector<T>& values) {
  std::size_t hash = values.size();
  for (const T& value : values) hash = hash * 31 + hash_of(value);
  return hash;
}

struct SignatureHash {
  std::size_t operator()(const Signature& signature) const {
    std::size_t hash = signature.op.hash_code();
    const auto mix = [&](std::size_t part) { hash = hash * 1099511628211U ^ part; };
    for (const std::size_t input : signature.inputs) mix(input);
    for (const Attribute& attribute : signature.attributes)
      mix(std::visit([](const auto& value) { return hash_of(value); }, attribute.value));
    return hash;
  }
};

}  // namespace

Lowering share_common_subexpressions(const Lowering& from) {
  std::unordered_map<Signature, Expr, SignatureHash> seen;
  return rewrite(*from.graph, from.roots, [&](Rewriter& to, const Node& old, const Exprs& inputs) {
    if (old.op().kind() == Kind::source && old.op().attributes().empty()) return to.copy(old, inputs);
    if (old.op().kind() == Kind::effect || as<Input>(old.op()) != nullptr) return to.copy(old, inputs);
    Signature signature{old.op().type(), {}, old.op().attributes()};
    for (const Expr& input : inputs) signature.inputs.push_back(input.node().id());
    Expr& first = seen[std::move(signature)];
    if (!first) first = to.copy(old, inputs);
    return first;
  });
}

}  // namespace gradus
