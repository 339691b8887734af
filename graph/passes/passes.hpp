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
  bool needed = false;  ///< runs even where CompileOptions::passes is off
};

/// Takes one side of every when_training().
Lowering choose_mode(const Lowering&);

/// Takes out every node that no wanted value needs, and computes equal expressions once, as all passes do.
Lowering remove_dead_nodes(const Lowering&);

/// Replaces what would overflow or cancel by what is equal in real arithmetic and does not: Rules::stabilise
/// of each op.
Lowering stabilise(const Lowering&);

/// Replaces expressions by equal, cheaper ones until nothing changes: Rules::simplify of each op, and
/// constants for what depends on constants alone.
Lowering simplify(const Lowering&);

/// Computes on images in blocks of examples, where ops know how: each op's in_blocks(). Adds conversions
/// where such a value meets others, and none between two ops that both compute in blocks.
Lowering assign_layout(const Lowering&);

/// Joins ops into ones that make fewer passes over memory: Rules::fuse of each op.
Lowering fuse(const Lowering&);

/// Copies a variable that is assigned and also wanted, or assigned to another variable, first: both show the
/// value before the step.
Lowering copy_old_values(const Lowering&);

/// The compiler's passes over the graph, in their order: all that comes between the graph as declared and its
/// schedule. Whatever is fed, ±∞ and NaN too, they change no number beyond rounding, with two exceptions:
/// what stabilise() is for, where the expression as declared overflows, and the sign of a zero, which x + 0
/// and −(a − b) lose.
std::span<const Pass> pipeline();

/// Checks what every graph must fulfil: inputs come first and belong to the graph, shapes are those the ops
/// infer, no variable is assigned twice, roots are nodes of the graph. Throws InternalError naming `after`,
/// the pass that broke it, and for a variable assigned twice GraphError.
void verify(const Lowering&, std::string_view after);

}  // namespace gradus
