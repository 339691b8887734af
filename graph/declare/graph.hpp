#pragma once

#include <gradus/graph/declare/initialiser.hpp>
#include <gradus/graph/declare/node.hpp>

#include <deque>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradus {

class EqualNodes;

/// What a state keeps from step to step.
enum class VariableKind {
  parameter,        ///< trained
  buffer,           ///< a layer's memory, such as running statistics
  optimizer_state,  ///< an update rule's memory: a velocity, a second moment
  hyper_parameter   ///< a scalar the user may change between steps: a learning rate
};

std::string_view to_string(VariableKind kind);

/// A value of the state: where it is declared and how it starts.
struct Variable {
  std::string name;
  Shape shape;
  VariableKind kind;
  Initialiser initialiser;
  const Node* node;
};

/// What came back to a node from one of its uses during differentiation.
struct Contribution {
  const Node* use;
  std::size_t input;
  Expr value;
};

/// The derivative of `loss` by `of`: the sum of what flows back from every use.
struct Adjoint {
  const Node* loss;
  const Node* of;
  std::vector<Contribution> contributions;
  Expr total;
};

/// What was declared: nodes in an order in which inputs come first, and the variables of the state.
/// A graph is built by one thread at a time; different graphs are independent.
class Graph {
 public:
  Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph();

  /// A value fed at each run. Throws NameError when the name is taken.
  Expr input(const std::string& name, const Shape& shape,
             SourceLocation location = SourceLocation::current());

  /// A trained value. Throws NameError when the name is taken, ShapeError when it has a batch axis.
  Expr parameter(const std::string& name, const Shape& shape, const Initialiser& initialiser = filled_with(0),
                 SourceLocation location = SourceLocation::current());

  /// A value that belongs to the model and is not trained, such as a running mean: whoever uses the model
  /// needs it too. It changes by an update attached to the graph, attach_update(). Throws as parameter()
  /// does.
  Expr buffer(const std::string& name, const Shape& shape, const Initialiser& initialiser = filled_with(0),
              SourceLocation location = SourceLocation::current());

  /// What an update rule keeps from step to step. Throws as parameter() does.
  Expr optimizer_state(const std::string& name, const Shape& shape,
                       const Initialiser& initialiser = filled_with(0),
                       SourceLocation location = SourceLocation::current());

  /// A scalar that may be changed between steps without compiling again: State::set(name, value).
  Expr hyper_parameter(const std::string& name, double value,
                       SourceLocation location = SourceLocation::current());

  /// One value everywhere.
  Expr constant(double value, const Shape& shape = {}, SourceLocation location = SourceLocation::current());

  /// The given values, row-major. Throws ShapeError when their number does not fit.
  Expr constant(std::vector<double> values, const Shape& shape,
                SourceLocation location = SourceLocation::current());

  /// The number of steps taken before this one: 0, 1, 2 … A scalar, the same node at every call.
  Expr step(SourceLocation location = SourceLocation::current());

  /// Seed and step as numbers, for random ops: see RandomKey. The same node at every call.
  Expr random_key(SourceLocation location = SourceLocation::current());

  /// The number of examples fed to the run, a scalar.
  Expr batch_size(SourceLocation location = SourceLocation::current());

  /// An assignment that belongs to every training step whose loss depends on the variable assigned, whatever
  /// minimises it: a running mean's. Throws GraphError for anything but an assignment.
  void attach_update(Expr assignment);

  /// The assignments that a training step of this loss makes besides its own.
  Exprs side_updates(Expr loss) const;

  /// The parameters, in the order they were declared.
  Exprs parameters() const;

  const std::vector<Variable>& variables() const { return variables_; }
  const std::vector<Adjoint>& adjoints() const { return adjoints_; }

  std::size_t size() const { return nodes_.size(); }
  const Node& node(std::size_t id) const { return *nodes_[id]; }

  /// The node of that name. Throws NameError, with the nearest name there is.
  Expr find(const std::string& name) const;
  bool contains(const std::string& name) const { return by_name_.contains(name); }

  /// Adds a node. This is what every op's function calls, through apply().
  /// Throws ShapeError, naming the op, the inputs with their shapes, what was expected and the user's line.
  Expr make(OpPtr op, const Exprs& inputs, SourceLocation location);

  /// What the nodes made from now on have in common, until the returned guard goes.
  struct Context {
    std::string scope;
    Origin origin = {};
    SourceLocation location =
        SourceLocation::unknown();  ///< blamed instead of the caller's own line where it is set
    const Rule* rule = nullptr;
  };
  class Guard;
  [[nodiscard]] Guard enter(Context context);

  /// Names made from now on start with "name/", inside of the scope that is open already; with an empty name
  /// in that one itself.
  [[nodiscard]] Guard scope(const std::string& name, SourceLocation location = SourceLocation::unknown());

  /// The same, for nodes that belong to `of`: see Origin.
  [[nodiscard]] Guard scope(const std::string& name, Expr of);

  const Context& context() const { return context_; }

  /// What is declared until the returned guard goes is declared whole or not at all: when an exception leaves
  /// its block, the graph's nodes, names and variables are again what they were before. Handles on nodes made
  /// since must not be used then. A function that declares a layer begins with it:
  ///
  ///     const auto whole = graph.declaration();
  class Declaration;
  [[nodiscard]] Declaration declaration();

  /// Records how a derivative came together; gradients() does.
  void record(Adjoint adjoint) { adjoints_.push_back(std::move(adjoint)); }

  /// Two graphs never have the same identity, even when one was made where the other had been.
  const std::shared_ptr<const char>& identity() const { return identity_; }

 private:
  friend class Expr;
  friend class Rewriter;
  Expr variable(const std::string& name, const Shape& shape, VariableKind kind,
                const Initialiser& initialiser, SourceLocation location);
  Expr add(OpPtr op, const Exprs& inputs, const Shape& shape, const std::string& name, bool named,
           SourceLocation location, std::size_t op_hash = 0);
  Context within(const std::string& scope) const;
  void rename(const Node& node, const std::string& name);
  void claim(const std::string& name, SourceLocation location) const;
  Expr copy(const Node& old, const Exprs& inputs, const Rule* rule);
  const Node* equal(const OpPtr& op, const Exprs& inputs, std::size_t& op_hash) const;
  Node& insert(std::unique_ptr<Node> node);
  std::string derive_name(std::string_view base);

  std::deque<std::unique_ptr<Node>> nodes_;
  std::pmr::monotonic_buffer_resource names_;
  std::pmr::unordered_map<std::string_view, Node*> by_name_{&names_};  ///< by Node::name_ itself
  std::unordered_map<std::string, std::size_t> derived_;
  std::vector<Variable> variables_;
  std::vector<Adjoint> adjoints_;
  Context context_;
  /// Of a graph in which equal nodes are one; null where all stay as declared.
  std::unique_ptr<EqualNodes> equal_;
  const Node* step_ = nullptr;
  const Node* random_key_ = nullptr;
  Exprs companions_;
  /// What open declarations would have to take back, besides what was added.
  struct Renamed {
    Node* node;
    std::string before;
  };
  struct Counted {
    std::size_t* counter;  ///< of derived_
    std::size_t before;
  };
  int open_declarations_ = 0;
  std::vector<Renamed> renamed_;
  std::vector<Counted> counted_;
  std::shared_ptr<const char> identity_;
};

class Graph::Guard {
 public:
  Guard(Graph& graph, Context before) : graph_(graph), before_(std::move(before)) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { graph_.context_ = std::move(before_); }

 private:
  Graph& graph_;
  Context before_;
};

class Graph::Declaration {
 public:
  explicit Declaration(Graph& graph);
  Declaration(const Declaration&) = delete;
  Declaration& operator=(const Declaration&) = delete;
  ~Declaration();

  /// Takes back what has been declared since, without an exception.
  void take_back();

 private:
  Graph& graph_;
  int exceptions_;
  std::size_t nodes_;
  std::size_t variables_;
  std::size_t adjoints_;
  std::size_t companions_;
  std::size_t renamed_;
  std::size_t counted_;
};

/// "axes=(0), keep": what is off, and a shape, which stands elsewhere, is left out.
std::string to_string(const Attributes& attributes);

/// " (file.cpp:12)", or nothing where the line is not known.
std::string to_string(SourceLocation location);

[[noreturn]] void refuse_no_inputs(std::string_view op, SourceLocation location);

/// Adds a node that computes `definition` of `inputs`. Throws GraphError when there are none, and as
/// Graph::make() does.
template <class T>
Expr apply(const T& definition, const Exprs& inputs, SourceLocation location = SourceLocation::current()) {
  if (inputs.empty()) refuse_no_inputs(T::description.name, location);
  return inputs.front().graph().make(erase(definition), inputs, location);
}

}  // namespace gradus
