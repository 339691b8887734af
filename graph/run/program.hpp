#pragma once

#include <gradus/graph/compile/options.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/state.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <span>

namespace gradus {

struct MemoryPlan;
struct ExecutionSchedule;
class Timeline;

/// A value for an input: anything contiguous of the program's scalar type, or one number for a scalar input.
/// It is only looked at while the program runs.
template <class Scalar>
struct Feed {
  Feed(Expr in, const Scalar& number) : input(in), values(&number, 1) {}
  Feed(Expr in, const Tensor<Scalar>& tensor)
      : input(in), values(tensor.span()), extents(&tensor.extents()) {}
  template <class Values>
  requires requires(const Values& v) {
    { std::data(v) } -> std::convertible_to<const Scalar*>;
    std::size(v);
  }
  Feed(Expr in, const Values& v) : input(in), values(std::data(v), std::size(v)) {}

  Expr input;
  std::span<const Scalar> values;
  const Extents* extents = nullptr;  ///< checked too where they are known
};

/// The smallest batch for which a shape with a batch axis has at least `size` elements.
Index batch_with(const Shape& shape, Index size);

template <class Scalar>
class Workspace;

/// The values one run left behind, valid until the next run on the same state, or until the state is assigned
/// to, moved or extended.
template <class Scalar>
class Results {
 public:
  /// The value of an expression that was asked for in compile(). Throws GraphError when it was not, and for a
  /// training step or an assignment, which have none.
  View<const Scalar> operator[](Expr output) const;

  /// The same for a scalar. Throws ShapeError when it is not one.
  double scalar(Expr output) const;

 private:
  friend class Program<Scalar>;
  explicit Results(const Workspace<Scalar>& workspace) : workspace_(&workspace) {}
  const Workspace<Scalar>* workspace_;
};

template <class Scalar>
struct Plan;

/// What a graph was compiled to: immutable, cheap to copy, usable from many threads, each with a state of its
/// own.
template <class Scalar = float>
class Program {
 public:
  explicit Program(std::shared_ptr<const Plan<Scalar>> plan) : plan_(std::move(plan)) {}

  /// Computes everything that was asked for, then makes the assignments. Allocates nothing from the second
  /// run of a state on. The batch is taken from the feeds, anything from 1 to the capacity.
  ///
  /// Throws NameError for feeds missing, doubled or too many, ShapeError for feeds of the wrong size and
  /// batches over the capacity, GraphError for a state of another graph, and NumericError, with the state as
  /// it was before, naming the first node that went bad, when the loss of a training step is not finite or
  /// what its updates read is not: gradients, or the factors of those that are never stored. Updates that
  /// overflow though what they read is finite are found when they are made: the error says whether the state
  /// has its old values again, or what was assigned; then every run refuses the state until its values are
  /// finite.
  Results<Scalar> run(State<Scalar>& state, std::initializer_list<Feed<Scalar>> feeds) const {
    return run(state, std::span<const Feed<Scalar>>(feeds.begin(), feeds.size()));
  }
  Results<Scalar> run(State<Scalar>& state, std::span<const Feed<Scalar>> feeds) const {
    return run(state, feeds, nullptr);
  }

  /// The same, and every thread writes to the timeline what it does when.
  Results<Scalar> run(State<Scalar>& state, std::span<const Feed<Scalar>> feeds, Timeline* timeline) const;

  /// The batch that the feeds speak of. Throws what run() throws for a state and feeds that it refuses.
  Index check(const State<Scalar>& state, std::span<const Feed<Scalar>> feeds) const;

  Index capacity() const;

  /// The graph after all passes, its schedule and memory, for dumps.
  const LoweredGraph& lowered() const;
  const ExecutionSchedule& schedule() const;
  const MemoryPlan& memory() const;

  /// Bytes of the state's arena that a run uses, and what they would be with memory for every node.
  Index planned_bytes() const;
  Index unplanned_bytes() const;

  /// How many elementwise ops are part of a function of their own (compile/machine_code.hpp).
  Index steps_in_machine_code() const;

 private:
  std::shared_ptr<const Plan<Scalar>> plan_;
};

/// Compiles the graph to a program that computes `outputs`: values to read after a run, training steps to
/// take. Throws GraphError when the outputs are of different graphs, assign a variable twice, or
/// depend on the batch without reading an input that has it; ValueError for a capacity or a number of threads
/// below 1, and for a capacity at which the values have more elements than an array may have.
template <class Scalar = float>
Program<Scalar> compile(const Graph& graph, const Exprs& outputs, const CompileOptions& options = {});

extern template class Results<float>;
extern template class Results<double>;
extern template class Program<float>;
extern template class Program<double>;
extern template Program<float> compile(const Graph&, const Exprs&, const CompileOptions&);
extern template Program<double> compile(const Graph&, const Exprs&, const CompileOptions&);

}  // namespace gradus
