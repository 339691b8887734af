#pragma once

#include <gradus/graph/run/program.hpp>

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace gradus {

/// Computes the nodes of a graph one after the other, each by its op's own kernel and with memory of its own:
/// no passes, no fusion, no threads, nothing shared. It allocates at every node, so to train, compile; this
/// is for whoever looks at the values between: what records a run, finds the node that went bad, or moves one
/// number to see what follows.
///
/// A node's value is what it was given, or what it was computed to be. A node that reads one without a value
/// has none either.
template <class Scalar>
class Interpreter {
 public:
  /// For a batch of so many examples; where that is not known, what depends on it has no value. In `mode`
  /// when_training() is one of its inputs. The graph must outlive this, and may grow.
  Interpreter(const Graph& graph, std::optional<Index> batch, Mode mode = Mode::inference)
      : graph_(&graph), batch_(batch), mode_(mode) {}

  /// Gives a node this value, which is copied. Throws ShapeError when it has another size.
  void give(const Node& node, std::span<const Scalar> value);

  /// Gives a node a value that somebody else keeps, in memory with room up to the end of a cache line.
  void refer(const Node& node, View<const Scalar> value);

  /// Gives the variables the values that the state has, as long as it lasts, and the nodes that count steps
  /// and draw random numbers its step and seed. A variable declared since has no value.
  void refer(const State<Scalar>& state);

  /// Computes a node that has no value yet from those of its inputs. Returns whether it has one now.
  bool compute(const Node& node);

  /// Computes every node, in the order of the graph.
  void compute_all();

  /// Computes a node anew from what its inputs are now.
  void compute_again(const Node& node);

  /// The value of a node, or null where it has none.
  const View<const Scalar>* find(const Node& node) const;

 private:
  bool of_state(const Node& node);
  Scalar* own(const Node& node);

  const Graph* graph_;
  std::optional<Index> batch_;
  Mode mode_;
  const State<Scalar>* state_ = nullptr;
  std::vector<std::optional<View<const Scalar>>> values_;  ///< by node
  std::unordered_map<std::size_t, Tensor<Scalar>> own_;    ///< those computed here
};

extern template class Interpreter<float>;
extern template class Interpreter<double>;

}  // namespace gradus
