#pragma once

#include <gradus/graph/compile/options.hpp>
#include <gradus/graph/compile/rewrite.hpp>

#include <span>
#include <string_view>

namespace gradus {

/// One step of the compiler from graph to graph.
struct Pass {
  std::string_view name;
  std::string_view what;  ///< in a sentence, for dumps
  LoweredGraph (*run)(const LoweredGraph&);
  bool needed = false;  ///< runs even where CompileOptions::passes is off
};

/// Takes one side of every when_training().
LoweredGraph choose_mode(const LoweredGraph&);

/// Takes out every node that no output needs, and computes equal expressions once, as all passes do.
LoweredGraph remove_dead_nodes(const LoweredGraph&);

/// Replaces what would overflow or cancel by what is equal in real arithmetic and does not: Rules::stabilise
/// of each op.
LoweredGraph stabilise(const LoweredGraph&);

/// Replaces expressions by equal, cheaper ones until nothing changes: Rules::simplify of each op, and
/// constants for what depends on constants alone.
LoweredGraph simplify(const LoweredGraph&);

/// Computes on images in the blocked layout, where ops know how: each op's blocked(). Adds conversions
/// where such a value meets others, and none between two ops that both compute so.
LoweredGraph assign_layout(const LoweredGraph&);

/// Joins ops into ones that make fewer passes over memory: Rules::fuse of each op.
LoweredGraph fuse(const LoweredGraph&);

/// Copies a variable that is assigned and also an output, or assigned to another variable, first: both show
/// the value before the step.
LoweredGraph copy_old_values(const LoweredGraph&);

/// The compiler's passes over the graph, in their order: all that comes between the graph as declared and its
/// schedule. Whatever is fed, ±∞ and NaN too, they change no number beyond rounding, with two exceptions:
/// what stabilise() is for, where the expression as declared overflows, and the sign of a zero, which x + 0
/// and −(a − b) lose.
std::span<const Pass> pipeline();

/// Checks what every graph must fulfil: inputs come first and belong to the graph, shapes are those the ops
/// infer, no variable is assigned twice, roots are nodes of the graph. Throws InternalError naming `after`,
/// the pass that broke it, and for a variable assigned twice GraphError.
void verify(const LoweredGraph&, std::string_view after);

}  // namespace gradus
