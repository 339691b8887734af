#pragma once

#include <gradus/graph/run/program.hpp>
#include <gradus/inspect/gradient_check.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::oracle {

/// What the values of a random graph are like.
enum class Size {
  small,   ///< axes of a few entries, batches of up to 20
  wide,    ///< axes of up to 70 entries, batches of up to 40
  large,   ///< batches of up to 5,000
  extreme  ///< small shapes of zeros, infinities, NaN, denormal and huge numbers; nothing is differentiated
};

/// What a random graph is made of. Two graphs of equal recipes are equal.
struct Recipe {
  std::uint64_t seed = 0;
  std::vector<std::string> ops = {};  ///< whose makers are used (makers.hpp); all of them where empty
  std::vector<Size> sizes = {};       ///< one of them; of the first three, mostly small, where empty
};

/// A graph of random ops, a scalar loss over it, and the values of all leaves.
struct RandomGraph {
  Recipe recipe;
  std::unique_ptr<Graph> graph = std::make_unique<Graph>();
  Index batch_size = 1;
  Mode mode = Mode::inference;
  Exprs sources;     ///< inputs and variables, the directions among them
  Exprs exact;       ///< those of `sources` that no rounding may move: labels, masks, ties
  Exprs wrt;         ///< what the loss is differentiated by
  Exprs directions;  ///< the v of H v, one for each of `wrt`
  Exprs outputs;     ///< what nothing but the loss reads
  Expr loss;
  std::vector<Tensor<double>> values;  ///< by node: computed by its op's kernel alone

  Exprs gradients;  ///< by each of `wrt`
  Exprs products;   ///< H v, by each of `wrt`

  const Tensor<double>& value(const Expr& x) const { return values[x.node().id()]; }
};

/// The graph of a recipe, without derivatives: two to some twenty random ops, each on operands that it is
/// defined and smooth at, with leaves whose values are floats.
RandomGraph random_graph(const Recipe& recipe);

/// Adds the gradient of the loss and the Hessian-vector products Σ ∂(g · v)/∂w.
void differentiate(RandomGraph& of);

/// A number that differs, almost surely, for graphs that differ in ops, attributes, shapes or leaf values.
std::uint64_t fingerprint(const RandomGraph& of);

}  // namespace gradus::oracle
