#pragma once

#include <gradus/graph/program.hpp>
#include <gradus/graph/rewrite.hpp>

#include <span>
#include <string_view>

namespace gradus {

/// One step of the compiler from graph to graph.
struct Pass {
  std::string_view name;
  std::string_view what;  ///< in a sentence, for dumps
  Lowering (*run)(const Lowering&);
};

/// Takes one side of every when_training(): what comes before all other passes, whether they run or not.
Lowering choose_mode(const Lowering&, Mode mode);

/// Takes out every node that no wanted value needs.
Lowering remove_dead_nodes(const Lowering&);

/// Replaces what would overflow or cancel by what is equal in real arithmetic and does not: each op's
/// stabilise().
Lowering stabilise(const Lowering&);

/// Replaces expressions by equal, cheaper ones until nothing changes: each op's simplify().
Lowering simplify(const Lowering&);

/// Computes what depends on constants alone.
Lowering fold_constants(const Lowering&);

/// Computes equal expressions once.
Lowering share_common_subexpressions(const Lowering&);

/// Computes on images in blocks of examples, where ops know how: each op's in_blocks(). Adds conversions
/// where such a value meets others, and none between two ops that both compute in blocks.
Lowering keep_images_in_blocks(const Lowering&);

/// Joins ops into ones that make fewer passes over memory: each op's contract().
Lowering contract(const Lowering&);

/// The compiler's passes over the graph, in their order. Whatever is fed, ±∞ and NaN too, they change no
/// number beyond rounding, with two exceptions: what stabilise() is for, where the expression as declared
/// overflows, and the sign of a zero, which x + 0 and −(a − b) lose.
std::span<const Pass> pipeline();

/// Checks what every graph must fulfil: inputs come first and belong to the graph, shapes are those the ops
/// infer, no variable is assigned twice, roots are nodes of the graph. Throws InternalError naming `after`,
/// the pass that broke it, and for a variable assigned twice GraphError.
void verify(const Lowering&, std::string_view after);

}  // namespace gradus
