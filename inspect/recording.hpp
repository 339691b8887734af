#pragma once

#include <gradus/graph/run/program.hpp>

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace gradus {

/// The numbers of one run of a graph as it was declared: every node's own value, before any pass. What was
/// not computed (an input that was not fed and all that reads it, a value that was not kept, a node made
/// since) has no value here, which is not the same as zero.
class Recording {
 public:
  /// Whether the node's value was computed and kept.
  bool has(const Node& node) const { return find(node) != nullptr; }

  /// The value in this run; a variable's is the one before the step, an assignment's the one it stored.
  /// Throws GraphError when there is none.
  const Tensor<double>& value(const Node& node) const;

  /// The same, or null when there is none.
  const Tensor<double>* find(const Node& node) const;

  /// A variable's value after the step, or null when the run did not assign it or it was not kept.
  const Tensor<double>* after(const Node& variable) const;

  /// The batch that was fed.
  Index batch() const { return batch_; }

  /// The number of steps taken before this run.
  std::int64_t step() const { return step_; }

  /// Whether the run took a step: which side when_training() is.
  Mode mode() const { return mode_; }

 private:
  template <class Scalar>
  friend class Recorder;

  std::shared_ptr<const char> graph_;
  std::vector<std::optional<Tensor<double>>> values_;  ///< by node
  std::map<std::size_t, Tensor<double>> after_;        ///< by the variable's node
  Index batch_ = 1;
  std::int64_t step_ = 0;
  Mode mode_ = Mode::inference;
};

/// Which values a recording keeps: all where it is empty. Twenty steps of a large network with every value of
/// each do not fit in memory, but its small values and a few large ones do.
using KeepValue = std::function<bool(const Node&)>;

/// Records runs of a graph, one after the other, by an interpreter: for a step of 784-500-250-100-10 under
/// Adam that takes about 100 MB in double, and as much again in each recording that keeps everything.
template <class Scalar = double>
class Recorder {
 public:
  /// `inputs` are those that will be fed; nodes that need another one are not computed. With a `step` (what
  /// minimize() returned) each run takes that training step; without one no variable changes, and
  /// assignments have no value. The graph must outlive this. Throws as compile() does.
  Recorder(const Graph& graph, const Exprs& inputs, Index capacity, Expr step = {});

  /// Runs once and copies what is to be kept. Throws as Program::run does, NumericError among it when the
  /// loss of a step is not finite.
  Recording run(State<Scalar>& state, std::span<const Feed<Scalar>> feeds, const KeepValue& keep = {}) const;
  Recording run(State<Scalar>& state, std::initializer_list<Feed<Scalar>> feeds,
                const KeepValue& keep = {}) const {
    return run(state, std::span<const Feed<Scalar>>(feeds.begin(), feeds.size()), keep);
  }

 private:
  const Graph* graph_;
  bool batch_is_known_;
  Mode mode_;
  std::vector<std::pair<const Node*, const Node*>> assigned_;  ///< assignment and its variable
  Program<Scalar> program_;
};

/// One run: a Recorder for these feeds, and its only recording.
template <class Scalar>
Recording record(const Graph& graph, State<Scalar>& state, std::span<const Feed<Scalar>> feeds,
                 Expr step = {}, const KeepValue& keep = {});
template <class Scalar>
Recording record(const Graph& graph, State<Scalar>& state, std::initializer_list<Feed<Scalar>> feeds,
                 Expr step = {}, const KeepValue& keep = {}) {
  return record(graph, state, std::span<const Feed<Scalar>>(feeds.begin(), feeds.size()), step, keep);
}

/// A state of `graph` in double, with the values of `from` for the variables of the same names, its step and
/// its seed: to record what a run in float had come to, or a graph that the passes have rewritten.
template <class Scalar>
State<double> state_in_double(const Graph& graph, const State<Scalar>& from);

extern template class Recorder<float>;
extern template class Recorder<double>;
extern template Recording record(const Graph&, State<float>&, std::span<const Feed<float>>, Expr,
                                 const KeepValue&);
extern template Recording record(const Graph&, State<double>&, std::span<const Feed<double>>, Expr,
                                 const KeepValue&);
extern template State<double> state_in_double(const Graph&, const State<float>&);
extern template State<double> state_in_double(const Graph&, const State<double>&);

}  // namespace gradus
