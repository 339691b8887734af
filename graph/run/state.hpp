#pragma once

#include <gradus/graph/declare/graph.hpp>
#include <gradus/graph/declare/tensor.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace gradus {

template <class Scalar>
class Workspaces;
template <class Scalar>
class Program;

/// What lasts from step to step: the values of all variables, the number of steps taken, the seed.
/// One thread uses a state at a time; many states may run one program at once. A copy is independent of the
/// original.
template <class Scalar = float>
class State {
 public:
  State(const Graph& graph, std::uint64_t seed);
  State(const State& other);
  State& operator=(const State& other);
  State(State&&) noexcept;
  State& operator=(State&&) noexcept;
  ~State();

  /// The value of a parameter, optimizer state or hyper-parameter. Throws NameError when the state holds none
  /// of that name.
  View<Scalar> operator[](const std::string& name);
  View<const Scalar> operator[](const std::string& name) const;
  View<Scalar> operator[](Expr variable) { return (*this)[variable.name()]; }
  View<const Scalar> operator[](Expr variable) const { return (*this)[variable.name()]; }

  /// Sets a scalar variable: a learning rate between two steps. Throws NameError for an unknown name,
  /// ShapeError when it is not a scalar.
  void set(const std::string& name, double value);

  /// Takes up the variables declared on the graph since, leaving what there is. Throws MemoryError, with the
  /// state as it was, for a variable that does not fit into memory.
  void extend(const Graph& graph);

  std::int64_t step = 0;
  std::uint64_t seed = 0;

  /// In the order of Graph::variables().
  const std::vector<Variable>& variables() const { return variables_; }

 private:
  friend class Program<Scalar>;
  std::size_t index(const std::string& name) const;
  Workspaces<Scalar>& workspaces();

  std::shared_ptr<const char> graph_;
  std::vector<Variable> variables_;
  std::vector<Tensor<Scalar>> values_;
  bool damaged_ = false;                            ///< an update may have left values that are not finite
  std::unique_ptr<Workspaces<Scalar>> workspaces_;  ///< made by the first run
};

/// A state in which every variable of the graph has its initial value: a function of the seed alone. Throws
/// MemoryError for a variable that does not fit into memory.
template <class Scalar = float>
State<Scalar> initialise(const Graph& graph, std::uint64_t seed) {
  return State<Scalar>(graph, seed);
}

extern template class State<float>;
extern template class State<double>;

}  // namespace gradus
