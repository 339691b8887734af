#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/equal_nodes.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace gradus {

std::string_view to_string(Section section) {
  switch (section) {
    case Section::forward:
      return "forward";
    case Section::backward:
      return "backward";
    case Section::update:
      return "update";
  }
  throw InternalError("a section without a name");
}

std::string_view to_string(VariableKind kind) {
  switch (kind) {
    case VariableKind::parameter:
      return "parameter";
    case VariableKind::buffer:
      return "buffer";
    case VariableKind::optimizer_state:
      return "optimizer state";
    case VariableKind::hyper_parameter:
      return "hyper-parameter";
  }
  throw InternalError("a kind of variable without a name");
}

std::string to_string(SourceLocation location) {
  if (location.line == 0) return "";
  std::string_view file = location.file;
  if (const auto slash = file.find_last_of('/'); slash != std::string_view::npos)
    file.remove_prefix(slash + 1);
  return fmt::format(" ({}:{})", file, location.line);
}

Initialiser filled_with(double value) {
  return {fmt::format("{}", value), [value](std::span<double> values, const Extents&, std::uint64_t,
                                            std::uint64_t) { std::ranges::fill(values, value); }};
}

std::string_view scope_of(std::string_view name) {
  const auto slash = name.find_last_of('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

std::string_view last_part(std::string_view name) {
  const std::string_view last = name.substr(name.find_last_of('/') + 1);
  return last.empty() ? name : last;
}

void Expr::refuse_empty() {
  throw GraphError(
      "an empty expression was used: an Expr that no function returned, or what a function leaves empty, as "
      "the "
      "penalty of a classifier without one");
}

Graph& Expr::graph() const { return node().graph(); }
const Op& Expr::op() const { return node().op(); }
const Shape& Expr::shape() const { return node().shape(); }
const std::string& Expr::name() const { return node().name(); }
Expr Expr::input(std::size_t i) const { return Expr(*node().inputs().at(i)); }

Exprs Expr::inputs() const {
  Exprs result;
  for (const Node* input : node().inputs()) result.emplace_back(*input);
  return result;
}

Expr Expr::named(const std::string& name) const {
  graph().rename(*node_, name);
  return *this;
}

Graph::Graph() : identity_(std::make_shared<const char>()) {}
Graph::~Graph() = default;

namespace {

/// Throws ShapeError for a shape of more elements than an array may have, even for one example.
void check_size(std::string_view kind, const std::string& name, const Shape& shape, SourceLocation location) {
  if (!shape.countable(1))
    throw ShapeError(fmt::format("{} '{}'{} has the shape {}, but an array has at most {} elements", kind,
                                 name, to_string(location), to_string(shape), max_elements));
}

}  // namespace

Expr Graph::input(const std::string& name, const Shape& shape, SourceLocation location) {
  check_size("input", name, shape, location);
  claim(name, location);
  return add(erase(Input{shape}), {}, shape, name, true, location);
}

Expr Graph::variable(const std::string& name, const Shape& shape, VariableKind kind,
                     const Initialiser& initialiser, SourceLocation location) {
  if (shape.has_batch())
    throw ShapeError(
        fmt::format("{} '{}'{} has the shape {}: what the state keeps cannot depend on the batch",
                    to_string(kind), name, to_string(location), to_string(shape)));
  check_size(to_string(kind), name, shape, location);
  claim(name, location);
  const Expr made = add(erase(VariableRead{shape, variables_.size(), kind}), {}, shape, name, true, location);
  variables_.push_back({made.name(), shape, kind, initialiser, &made.node()});
  return made;
}

Expr Graph::parameter(const std::string& name, const Shape& shape, const Initialiser& initialiser,
                      SourceLocation location) {
  return variable(name, shape, VariableKind::parameter, initialiser, location);
}

Expr Graph::buffer(const std::string& name, const Shape& shape, const Initialiser& initialiser,
                   SourceLocation location) {
  return variable(name, shape, VariableKind::buffer, initialiser, location);
}

Expr Graph::optimizer_state(const std::string& name, const Shape& shape, const Initialiser& initialiser,
                            SourceLocation location) {
  return variable(name, shape, VariableKind::optimizer_state, initialiser, location);
}

Expr Graph::hyper_parameter(const std::string& name, double value, SourceLocation location) {
  return variable(name, {}, VariableKind::hyper_parameter, filled_with(value), location);
}

Expr Graph::constant(double value, const Shape& shape, SourceLocation location) {
  return make(erase(Fill{shape, value}), {}, location);
}

Expr Graph::constant(std::vector<double> values, const Shape& shape, SourceLocation location) {
  if (shape.has_batch() || shape.countable(1) != static_cast<Index>(values.size()))
    throw ShapeError(fmt::format("a constant{} of the shape {} cannot be made of {} numbers",
                                 to_string(location), to_string(shape), values.size()));
  return make(erase(Constant{shape, std::move(values)}), {}, location);
}

Expr Graph::step(SourceLocation location) {
  if (step_ == nullptr) {
    Context context = context_;
    context.scope.clear();
    const auto guard = enter(std::move(context));
    claim("step", location);
    step_ = &add(erase(StepCounter{}), {}, {}, "step", true, location).node();
  }
  return Expr(*step_);
}

Expr Graph::random_key(SourceLocation location) {
  if (random_key_ == nullptr) {
    Context context = context_;
    context.scope.clear();
    const auto guard = enter(std::move(context));
    random_key_ = &make(erase(RandomKey{}), {}, location).node();
  }
  return Expr(*random_key_);
}

Expr Graph::batch_size(SourceLocation location) { return make(erase(BatchSize{}), {}, location); }

void Graph::attach_update(Expr assignment) {
  if (as<Assign>(assignment) == nullptr)
    throw GraphError(fmt::format("'{}' ({}){} is no assignment, so it cannot be part of a training step",
                                 assignment.name(), assignment.op().name(),
                                 to_string(assignment.node().location())));
  companions_.push_back(assignment);
}

Exprs Graph::side_updates(Expr loss) const {
  std::vector<char> needed(nodes_.size(), 0);
  needed[loss.node().id()] = 1;
  for (std::size_t id = nodes_.size(); id-- > 0;)
    if (needed[id] != 0)
      for (const Node* input : nodes_[id]->inputs()) needed[input->id()] = 1;
  Exprs result;
  for (const Expr& assignment : companions_)
    if (needed[assignment.input(0).node().id()] != 0) result.push_back(assignment);
  return result;
}

Exprs Graph::parameters() const {
  Exprs result;
  for (const Variable& variable : variables_)
    if (variable.kind == VariableKind::parameter) result.emplace_back(*variable.node);
  return result;
}

Expr Graph::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return Expr(*found->second);
  std::vector<std::string> names;
  for (const auto& node : nodes_) names.push_back(node->name());
  const std::string close = nearest(name, names);
  throw NameError(fmt::format("the graph has no node '{}'{}", name,
                              close.empty() ? "" : fmt::format("; did you mean '{}'?", close)));
}

void refuse_no_inputs(std::string_view op, SourceLocation location) {
  throw GraphError(fmt::format("{}{} was given no inputs", op, to_string(location)));
}

Expr Graph::make(OpPtr op, const Exprs& inputs, SourceLocation location) {
  const SourceLocation blamed = context_.location.line != 0 ? context_.location : location;
  std::vector<Shape> shapes;
  for (const Expr& input : inputs) {
    if (!input)
      throw GraphError(
          fmt::format("{}{} was given an empty expression as an input", op->name(), to_string(blamed)));
    if (&input.graph() != this)
      throw GraphError(fmt::format("{}{} was given '{}', which belongs to another graph", op->name(),
                                   to_string(blamed), input.name()));
    shapes.push_back(input.shape());
  }
  std::size_t op_hash = 0;
  if (const Node* same = equal(op, inputs, op_hash)) return Expr(*same);
  const std::string scope = context_.scope.empty() ? "" : fmt::format(" in '{}'", context_.scope);
  try {
    const Shape shape = op->infer(shapes);
    if (!shape.countable(1))
      throw ShapeError(fmt::format("{}{}{} would have the shape {}, but an array has at most {} elements",
                                   op->name(), scope, to_string(blamed), to_string(shape), max_elements));
    const std::string name = derive_name(op->name());
    return add(std::move(op), inputs, shape, name, false, location, op_hash);
  } catch (const Mismatch& mismatch) {
    std::vector<std::string> given;
    for (const Expr& input : inputs)
      given.push_back(fmt::format("'{}' {}", input.name(), to_string(input.shape())));
    throw ShapeError(fmt::format("{}{}{} cannot take {}: {}", op->name(), scope, to_string(blamed),
                                 fmt::join(given, " and "), mismatch.expected));
  }
}

/// The node that computes this already, in a graph where equal nodes are one.
const Node* Graph::equal(const OpPtr& op, const Exprs& inputs, std::size_t& op_hash) const {
  if (!equal_ || !EqualNodes::may_be_one(*op)) return nullptr;
  if (op_hash == 0) op_hash = EqualNodes::hash_of(*op);
  return equal_->find(op, inputs, op_hash);
}

Expr Graph::add(OpPtr op, const Exprs& inputs, const Shape& shape, const std::string& name, bool named,
                SourceLocation location, std::size_t op_hash) {
  std::unique_ptr<Node> node(new Node);
  node->id_ = nodes_.size();
  node->named_ = named;
  node->name_ = named && !context_.scope.empty() ? context_.scope + "/" + name : name;
  node->op_ = std::move(op);
  for (const Expr& input : inputs) node->inputs_.push_back(&input.node());
  node->shape_ = shape;
  node->origin_ = context_.origin;
  node->location_ = context_.location.line != 0 ? context_.location : location;
  node->rule_ = context_.rule;
  node->op_hash_ = op_hash;
  return Expr(insert(std::move(node)));
}

/// The node as it was, on inputs in this graph. Whoever has its name, one derived by a pass, takes another.
Expr Graph::copy(const Node& old, const Exprs& inputs, const Rule* rule) {
  std::size_t op_hash = old.op_hash_;
  if (const Node* same = equal(old.op_, inputs, op_hash)) return Expr(*same);
  std::unique_ptr<Node> node(new Node);
  node->id_ = nodes_.size();
  node->named_ = old.named_;
  node->name_ = old.name_;
  node->op_ = old.op_;
  node->inputs_.reserve(inputs.size());
  for (const Expr& input : inputs) node->inputs_.push_back(&input.node());
  node->shape_ = old.shape_;
  node->origin_ = old.origin_;
  node->location_ = old.location_;
  node->rule_ = rule;
  node->op_hash_ = op_hash;
  return Expr(insert(std::move(node)));
}

Node& Graph::insert(std::unique_ptr<Node> node) {
  node->graph_ = this;
  const auto [holder, free] = by_name_.emplace(node->name_, node.get());
  if (!free) {
    Node& other = *holder->second;
    by_name_.erase(holder);
    by_name_.emplace(node->name_, node.get());
    const auto guard = enter({});
    other.name_ = derive_name(node->name_);
    by_name_.emplace(other.name_, &other);
  }
  if (equal_ && EqualNodes::may_be_one(*node->op_)) equal_->insert(*node);
  nodes_.push_back(std::move(node));
  return *nodes_.back();
}

std::string Graph::derive_name(std::string_view base) {
  const std::string stem =
      context_.scope.empty() ? std::string(base) : fmt::format("{}/{}", context_.scope, base);
  std::size_t& used = derived_[stem];
  if (open_declarations_ > 0) counted_.push_back({&used, used});
  std::string name;
  do {
    ++used;
    name = used == 1 ? stem : fmt::format("{}_{}", stem, used);
  } while (by_name_.contains(name));
  return name;
}

void Graph::claim(const std::string& name, SourceLocation location) const {
  if (name.empty()) throw NameError(fmt::format("a name{} is empty", to_string(location)));
  const std::string full = context_.scope.empty() ? name : context_.scope + "/" + name;
  const auto found = by_name_.find(full);
  if (found == by_name_.end()) return;
  throw NameError(fmt::format("the name '{}'{} is taken by {} {}{}: give each its own name, or open a scope",
                              full, to_string(location), found->second->op().name(),
                              to_string(found->second->shape()), to_string(found->second->location())));
}

void Graph::rename(const Node& node, const std::string& name) {
  claim(name, node.location());
  Node& mine = *nodes_[node.id()];
  if (mine.named_)
    throw NameError(fmt::format("'{}'{} has been given a name already and cannot be called '{}' too",
                                mine.name(), to_string(mine.location()), name));
  if (open_declarations_ > 0) renamed_.push_back({&mine, mine.name_});
  by_name_.erase(mine.name_);
  mine.name_ = context_.scope.empty() ? name : context_.scope + "/" + name;
  mine.named_ = true;
  by_name_.emplace(mine.name_, &mine);
}

Graph::Guard Graph::enter(Context context) {
  Context before = std::exchange(context_, std::move(context));
  return Guard(*this, std::move(before));
}

Graph::Context Graph::within(const std::string& name) const {
  Context inner = context_;
  if (!inner.scope.empty() && !name.empty()) inner.scope += '/';
  inner.scope += name;
  return inner;
}

Graph::Guard Graph::scope(const std::string& name, SourceLocation location) {
  Context inner = within(name);
  if (inner.location.line == 0) inner.location = location;
  return enter(std::move(inner));
}

Graph::Guard Graph::scope(const std::string& name, Expr of) {
  Context inner = within(name);
  inner.origin.of = of.name();
  return enter(std::move(inner));
}

}  // namespace gradus
