#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/passes/passes.hpp>

#include <fmt/format.h>

#include <typeindex>

namespace gradus {
namespace {

/// Two nodes with equal signatures and attributes compute the same. The type tells ops apart that share a
/// name.
struct Signature {
  std::type_index op;
  std::vector<std::size_t> inputs;
  friend bool operator==(const Signature&, const Signature&) = default;
};

struct SignatureHash {
  std::size_t operator()(const Signature& signature) const {
    std::size_t hash = signature.op.hash_code();
    for (const std::size_t input : signature.inputs) hash = hash * 1099511628211U ^ input;
    return hash;
  }
};

}  // namespace

Lowering share_common_subexpressions(const Lowering& from) {
  std::unordered_map<Signature, Exprs, SignatureHash> seen;
  return rewrite(*from.graph, from.roots, [&](Rewriter& to, const Node& old, const Exprs& inputs) {
    if (old.op().kind() == Kind::source && old.op().attributes().empty()) return to.copy(old, inputs);
    if (old.op().kind() == Kind::effect || as<Input>(old.op()) != nullptr) return to.copy(old, inputs);
    Signature signature{old.op().type(), {}};
    for (const Expr& input : inputs) signature.inputs.push_back(input.node().id());
    Exprs& candidates = seen[signature];
    for (const Expr& candidate : candidates)
      if (candidate.op().attributes() == old.op().attributes()) return candidate;
    candidates.push_back(to.copy(old, inputs));
    return candidates.back();
  });
}

}  // namespace gradus
