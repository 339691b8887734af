#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <algorithm>

namespace gradus {

// The ops that are part of what a graph is. All others live in ops/.

/// A value fed at each run.
struct Input {
  static constexpr Description description{"input", "", "fed at each run"};
  static constexpr Kind kind = Kind::source;
  Shape shape;
  Attributes attributes() const { return {{"shape", shape}}; }
  Shape infer(std::span<const Shape>) const { return shape; }
};

/// A value that the state keeps.
struct VariableRead {
  static constexpr Description description{"variable", "", "kept by the state"};
  static constexpr Kind kind = Kind::source;
  Shape shape;
  std::size_t index;  ///< into Graph::variables()
  VariableKind variable_kind;
  Attributes attributes() const {
    return {{"kind", std::string(to_string(variable_kind))}, {"index", static_cast<Index>(index)}};
  }
  Shape infer(std::span<const Shape>) const { return shape; }
};

/// Numbers written into the graph.
struct Constant {
  static constexpr Description description{"constant", "", "numbers of the graph itself"};
  static constexpr std::string_view javascript = "y.set(values);";
  static constexpr Kind kind = Kind::source;
  Shape shape;
  std::vector<double> values;
  Attributes attributes() const { return {{"shape", shape}, {"values", values}}; }
  Shape infer(std::span<const Shape>) const { return shape; }
};

/// One number everywhere.
struct Fill {
  static constexpr Description description{"fill", "", "one number everywhere"};
  static constexpr std::string_view javascript = "y.fill(value);";
  static constexpr Kind kind = Kind::gather;
  static constexpr std::size_t arity = 0;
  Shape shape;
  double value;
  Attributes attributes() const { return {{"value", value}, {"shape", shape}}; }
  Shape infer(std::span<const Shape>) const { return shape; }
  template <class Scalar>
  void evaluate(const GatherTile<Scalar>& tile) const {
    std::fill_n(tile.out, tile.range.size(), static_cast<Scalar>(value));
  }
};

/// What flows back to the side of a when_training() that is not computed: nothing. Its value is 0, and it
/// stays nothing whatever it is multiplied by, where a 0 times ∞ would be NaN.
struct NoGradient {
  static constexpr Description description{"no_gradient", "", "0, of a side that is not computed"};
  static constexpr std::string_view javascript = "y.fill(0);";
  static constexpr Kind kind = Kind::gather;
  static constexpr std::size_t arity = 0;
  Shape shape;
  Attributes attributes() const { return {{"shape", shape}}; }
  Shape infer(std::span<const Shape>) const { return shape; }
  template <class Scalar>
  void evaluate(const GatherTile<Scalar>& tile) const {
    std::fill_n(tile.out, tile.range.size(), Scalar(0));
  }
};

/// The number of steps taken before this one.
struct StepCounter {
  static constexpr Description description{"step", "", "the number of steps taken"};
  static constexpr std::string_view javascript = "y[0] = run.step;";
  static constexpr Kind kind = Kind::source;
  Shape infer(std::span<const Shape>) const { return {}; }
};

/// Seed and step as a program sees them: eight numbers of 16 bits each, lowest first, which any scalar type
/// holds exactly. What random ops make their numbers of, so that a resumed run draws what the whole run
/// would.
struct RandomKey {
  static constexpr Description description{"random_key", "", "seed and step, 16 bits a number"};
  static constexpr std::string_view javascript = R"(
    for (let i = 0; i < 4; ++i) {
      y[i] = run.seed[i];
      y[4 + i] = Math.floor(run.step / 2 ** (16 * i)) % 2 ** 16;
    }
  )";
  static constexpr Kind kind = Kind::source;
  static constexpr Index size = 8;
  Shape infer(std::span<const Shape>) const { return {size}; }

  /// Writes the key of a seed and a step.
  template <class Scalar>
  static void write(Scalar* key, std::uint64_t seed, std::int64_t step) {
    for (Index i = 0; i < size; ++i) {
      const std::uint64_t word = i < 4 ? seed : static_cast<std::uint64_t>(step);
      key[i] = static_cast<Scalar>(word >> (16 * (i % 4)) & 0xFFFFU);
    }
  }
};

/// The number of examples fed.
struct BatchSize {
  static constexpr Description description{"batch_size", "", "the number of examples fed"};
  static constexpr std::string_view javascript = "y[0] = run.batch;";
  static constexpr Kind kind = Kind::source;
  Shape infer(std::span<const Shape>) const { return {}; }
};

/// What a program is for. One graph serves both: when_training() marks where they differ, and compile() takes
/// one side and drops the other. A program for inference thus holds no dropout at all, instead of a dropout
/// by 0, and its dump shows what it computes. A scalar fed at each run could not take anything out.
enum class Mode { training, inference };

/// The first input in a program that trains, the second in one that does not. compile() resolves it before
/// anything else, so that a program for inference holds nothing that only training needs, such as dropout.
struct WhenTraining {
  static constexpr Description description{"when_training", "x0 x1", "x0 in training, x1 in inference",
                                           "what is computed gets it"};
  static constexpr std::string_view javascript = "run.training ? x0 : x1";
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = 2;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  template <class Y, class A, class B>
  static void evaluate(Y& y, const A&, const B& inference) {
    y = inference;
  }
};

/// variable ← value, at the end of the step: every other node of the step sees the old value.
struct Assign {
  static constexpr Description description{"assign", "x0 x1", "x0 ← x1"};
  static constexpr std::string_view javascript = "y.set(x1);";
  static constexpr Kind kind = Kind::effect;
  static constexpr std::size_t arity = 2;
  static constexpr bool no_derivative = true;
  Shape infer(std::span<const Shape> inputs) const;
};

/// A training step: refused as a whole, before anything is assigned, when its first input (the loss) is not
/// finite. Counts the step.
struct Step {
  static constexpr Description description{"train_step", "xᵢ", "assigns all, unless x0 is not finite"};
  static constexpr Kind kind = Kind::effect;
  static constexpr bool no_derivative = true;
  Shape infer(std::span<const Shape>) const { return {}; }
};

/// The sum of what flows back from several uses.
struct Accumulate {
  static constexpr Description description{"accumulate", "xᵢ", "x0 + x1 + …"};
  static constexpr std::string_view javascript = R"(
    y.set(x[0]);
    for (let term = 1; term < x.length; ++term) for (let i = 0; i < y.length; ++i) y[i] += x[term][i];
  )";
  static constexpr Kind kind = Kind::elementwise;
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr&, const Expr& ybar, std::size_t) const { return ybar; }
  static Rules rules();
  static double operations(std::span<const Extents> inputs, const Extents& output) {
    return static_cast<double>(output.count()) * static_cast<double>(inputs.size() - 1);
  }
  template <class Scalar>
  void evaluate(const Tile<Scalar>& tile) const;
};

/// `training` where the program takes a training step, `inference` elsewhere; see Mode. Throws
/// ShapeError when their shapes differ.
Expr when_training(Expr training, Expr inference, SourceLocation location = SourceLocation::current());

/// variable ← value. Throws GraphError when `variable` is none, ShapeError when the shapes differ.
Expr assign(Expr variable, Expr value, SourceLocation location = SourceLocation::current());

/// One training step of the given assignments, refused unless the loss is finite.
Expr train_step(Expr loss, const Exprs& assignments, SourceLocation location = SourceLocation::current());

/// A new NoGradient.
Expr no_gradient(Graph& graph, const Shape& shape);

/// x₀ + x₁ + … of equal shapes; x₀ itself when it is alone. Throws GraphError for no terms.
Expr accumulate(const Exprs& terms, SourceLocation location = SourceLocation::current());

/// Whether a node's value has another size for another batch, or is its number.
bool depends_on_batch(const Node& node);

/// The variable behind a node. Throws GraphError when it is none.
const Variable& variable_of(Expr x);

}  // namespace gradus
