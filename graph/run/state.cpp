#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/graph/run/state.hpp>
#include <gradus/graph/run/workspaces.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gradus {
namespace {

template <class Scalar>
Tensor<Scalar> initial_value(const Variable& variable, std::uint64_t seed, std::size_t index) try {
  Tensor<double> initial(variable.shape.at(1));
  variable.initialiser.fill(initial.span(), initial.extents(), seed, index);
  Tensor<Scalar> value(initial.extents());
  std::ranges::transform(initial.span(), value.data(), [](double v) { return static_cast<Scalar>(v); });
  return value;
} catch (const MemoryError& error) {
  throw MemoryError(fmt::format("{} '{}' {}{} does not fit into memory: {}", to_string(variable.kind),
                                variable.name, to_string(variable.shape),
                                to_string(variable.node->location()), error.what()));
}

}  // namespace

template <class Scalar>
State<Scalar>::State(const Graph& graph, std::uint64_t first_seed)
    : seed(first_seed), graph_(graph.identity()) {
  extend(graph);
}

template <class Scalar>
State<Scalar>::State(const State& other)
    : step(other.step),
      seed(other.seed),
      graph_(other.graph_),
      variables_(other.variables_),
      values_(other.values_),
      damaged_(other.damaged_) {}

template <class Scalar>
State<Scalar>& State<Scalar>::operator=(const State& other) {
  return *this = State(other);
}

// Workspaces point at the vector of values, so what moves leaves its own behind.
template <class Scalar>
State<Scalar>::State(State&& other) noexcept
    : step(other.step),
      seed(other.seed),
      graph_(std::move(other.graph_)),
      variables_(std::move(other.variables_)),
      values_(std::move(other.values_)),
      damaged_(other.damaged_) {}

template <class Scalar>
State<Scalar>& State<Scalar>::operator=(State&& other) noexcept {
  step = other.step;
  seed = other.seed;
  graph_ = std::move(other.graph_);
  variables_ = std::move(other.variables_);
  values_ = std::move(other.values_);
  damaged_ = other.damaged_;
  workspaces_.reset();
  return *this;
}

template <class Scalar>
State<Scalar>::~State() = default;

template <class Scalar>
void State<Scalar>::extend(const Graph& graph) {
  if (graph.identity() != graph_)
    throw GraphError("a state can only be extended by the graph it was initialised from");
  std::vector<Variable> variables = variables_;
  std::vector<Tensor<Scalar>> values;
  for (std::size_t i = variables.size(); i < graph.variables().size(); ++i) {
    variables.push_back(graph.variables()[i]);
    values.push_back(initial_value<Scalar>(variables.back(), seed, i));
  }
  // Nothing of the state has changed yet, so a variable that does not fit leaves it as it was.
  variables_ = std::move(variables);
  values_.insert(values_.end(), std::make_move_iterator(values.begin()),
                 std::make_move_iterator(values.end()));
  // Workspaces know where the values are.
  workspaces_.reset();
}

template <class Scalar>
Workspaces<Scalar>& State<Scalar>::workspaces() {
  if (!workspaces_) workspaces_ = std::make_unique<Workspaces<Scalar>>();
  return *workspaces_;
}

template <class Scalar>
std::size_t State<Scalar>::index(const std::string& name) const {
  for (std::size_t i = 0; i < variables_.size(); ++i)
    if (variables_[i].name == name) return i;
  std::vector<std::string> names;
  for (const Variable& variable : variables_) names.push_back(variable.name);
  throw NameError(unknown_name("variable of the state", name, names));
}

template <class Scalar>
View<Scalar> State<Scalar>::operator[](const std::string& name) {
  return values_[index(name)].view();
}

template <class Scalar>
View<const Scalar> State<Scalar>::operator[](const std::string& name) const {
  return std::as_const(values_[index(name)]).view();
}

template <class Scalar>
void State<Scalar>::set(const std::string& name, double value) {
  const View<Scalar> variable = (*this)[name];
  if (variable.extents.rank != 0)
    throw ShapeError(
        fmt::format("'{}' is {} and cannot be set to one number", name, to_string(variable.extents)));
  variable[0] = static_cast<Scalar>(value);
}

template class State<float>;
template class State<double>;

}  // namespace gradus
