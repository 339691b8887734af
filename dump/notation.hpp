#pragma once

#include <gradus/dump/formula.hpp>
#include <gradus/graph/node.hpp>

#include <optional>

namespace gradus {

/// An input of a node as it is to be written, and whether one number stands there for all elements.
struct WrittenInput {
  Formula formula;
  bool scalar;
};

/// What a node computes of its inputs, as one writes it by hand, from what its op says about itself:
///
/// - its Description's formula with the inputs put in, when each stands there once: "a + b", "A B",
///   "(1/n) Σ x over axes". The letters are those that the derivative names ("… to p, … to t"), or x, or
///   x0, x1 …, else those of the formula in their order. Words behind it may only explain (after a comma) or
///   name axes that stand below a sum;
/// - the left side of a formula with "=": "σ(x) = 1 / (1 + e⁻ˣ)";
/// - x itself where the formula is x and words: "x under another shape";
/// - else the op's name: softmax(x).
///
/// Its attributes take part: `transpose_a` transposes A, `axes` go below a sum, and numbers stand for the
/// letters that are no input. Sums over examples and n, the number of them, follow the batch axis.
Formula written(const Node& node, const std::vector<WrittenInput>& inputs);

/// Is the node its input, as far as writing goes: another shape, or repeated along new axes?
bool is_transparent(const Node& node);

/// Does what flows back to the node flow back to that input as it is?
bool passes_back(const Node& node, std::size_t input);

/// The part of an op's derivative that speaks of one input: "Ȳ Bᵀ to A".
Formula derivative_for(const Op& op, std::size_t input, std::size_t inputs);

/// The op's formula where `written` shows only its name or the left side, for a list of what these mean.
std::optional<Formula> definition(const Node& node);

}  // namespace gradus
