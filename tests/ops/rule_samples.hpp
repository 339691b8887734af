#pragma once

#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/pattern.hpp>
#include <gradus/ops/cases.hpp>
#include <gradus/ops/ops.hpp>

#include <fmt/format.h>

#include <map>
#include <random>
#include <typeindex>

namespace gradus::test {

/// An op on inputs of shapes that it takes.
struct Applied {
  OpPtr op;
  std::vector<Shape> inputs;
  Shape output;
};

inline const std::vector<Shape>& small_shapes() {
  static const std::vector<Shape> shapes{{},     {3},        {2, 3},     {3, 2},     {1, 3},    {2, 1},
                                         {2, 2}, {batch, 3}, {batch, 1}, {batch, 2}, {2, 1, 3}, {2, 2, 3}};
  return shapes;
}

/// What ops there are, and on what shapes: those of the cases, and more of those that only move numbers
/// about.
class Pool {
 public:
  Pool() {
    for (const OpCase& op_case : op_cases()) {
      Graph graph;
      op_case.build(graph);
      for (std::size_t id = 0; id < graph.size(); ++id) {
        const Node& node = graph.node(id);
        if (node.op().kind() == Kind::effect || node.inputs().empty()) continue;
        std::vector<Shape> inputs;
        for (const Node* input : node.inputs()) inputs.push_back(input->shape());
        if (std::ranges::all_of(inputs, is_small) && is_small(node.shape()))
          add({node.shared_op(), std::move(inputs), node.shape()});
      }
    }
    for (const Shape& shape : small_shapes()) {
      add({erase(NoGradient{shape}), {}, shape});
      Graph graph;
      const Expr x = graph.input("x", shape);
      add({accumulate({x, x}).node().shared_op(), {shape, shape}, shape});
      for (const Shape& from : small_shapes()) {
        try_add(erase(Broadcast{shape}), {from});
        try_add(erase(Reshape{shape}), {from});
      }
      for (const std::vector<Index>& axes : {std::vector<Index>{}, {0}, {-1}, {0, 1}, {1, 2}})
        for (const bool keep : {false, true}) try_add(erase(Sum{{axes, keep}}), {shape});
      try_add(erase(OneHot{3}), {shape});
      try_add(erase(Softmax{}), {shape});
      try_add(erase(Transpose{}), {shape});
    }
  }

  void add(Applied applied) {
    all_.push_back(applied);
    by_type_[applied.op->type()].push_back(std::move(applied));
  }

  const std::vector<Applied>& all() const { return all_; }
  const std::vector<Applied>& of(const std::type_info& type) const {
    static const std::vector<Applied> none;
    const auto found = by_type_.find(type);
    return found == by_type_.end() ? none : found->second;
  }

 private:
  static bool is_small(const Shape& shape) { return shape.rank() <= 4 && shape.count(3) <= 200; }

  void try_add(const OpPtr& op, std::vector<Shape> inputs) {
    try {
      const Shape output = op->infer(inputs);
      add({op, std::move(inputs), output});
    } catch (const Mismatch&) {
    }
  }

  std::vector<Applied> all_;
  std::map<std::type_index, std::vector<Applied>> by_type_;
};

/// The pattern cannot be had with what was chosen.
struct DeadEnd {};

/// Makes up an expression that has a pattern, of ops as they stand in the worked cases.
class Sample {
 public:
  Sample(const Pool& pool, std::uint64_t seed) : pool_(pool), random_(seed) {}

  Expr of(const Pattern& pattern) {
    const Form& form = pattern.form();
    // An op that keeps its shape may be of any, one that does not of those it is known with.
    const auto& known = form.type != nullptr && !form.elementwise ? pool_.of(*form.type) : pool_.all();
    if (known.empty()) throw DeadEnd();
    if (chance(0.5) && (form.type == nullptr || form.elementwise))
      return built(form, &one_of(small_shapes()));
    return built(form, &one_of(known).output);
  }

  Graph graph;
  std::vector<Point> leaves;

  Expr leaf(const Shape& shape) {
    const std::string name = fmt::format("leaf{}", leaves.size());
    const int kind = std::uniform_int_distribution(0, 2)(random_);
    Tensor<double> values(shape.at(3));
    for (double& value : values.span()) value = number_of(kind);
    const Expr made = shape.has_batch() ? graph.input(name, shape) : graph.parameter(name, shape);
    leaves.push_back({made, std::move(values)});
    return made;
  }

 private:
  using Form = Pattern::Form;

  bool chance(double part) { return std::uniform_real_distribution<>()(random_) < part; }

  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random_)];
  }

  /// Of either sign, positive, or a class number; never 0, where derivatives may differ.
  double number_of(int kind) {
    if (kind == 0) return std::uniform_real_distribution<>(-2, 2)(random_);
    if (kind == 1) return std::uniform_real_distribution<>(0.3, 2)(random_);
    return std::uniform_int_distribution(1, 2)(random_);
  }

  Expr anything(const Shape& shape, double leaf_chance) {
    if (!chance(leaf_chance)) {
      // Each type of op as often as any other.
      std::map<std::type_index, std::vector<const Applied*>> fitting;
      for (const Applied& applied : pool_.all())
        if (applied.output == shape && !applied.inputs.empty())
          fitting[applied.op->type()].push_back(&applied);
      if (!fitting.empty()) {
        const auto chosen =
            std::uniform_int_distribution<std::ptrdiff_t>(0, std::ssize(fitting) - 1)(random_);
        const Applied& applied = *one_of(std::next(fitting.begin(), chosen)->second);
        Exprs inputs;
        for (const Shape& input : applied.inputs) inputs.push_back(anything(input, 1));
        return graph.make(applied.op, inputs, SourceLocation::current());
      }
    }
    if (chance(0.15)) return graph.constant(number_of(0), shape);
    if (!shape.has_batch() && chance(0.15)) {
      std::vector<double> values(static_cast<std::size_t>(shape.count(1)));
      for (double& value : values) value = number_of(1);
      return graph.constant(std::move(values), shape);
    }
    return leaf(shape);
  }

  bool is_known(const Form& form) const {
    if (form.kind == Form::Kind::unknown) return known_.contains(&form);
    if (form.kind != Form::Kind::op || form.inputs.empty()) return false;
    return std::ranges::all_of(form.inputs, [&](const Pattern& input) { return is_known(input.form()); });
  }

  /// In that shape, or in the one it has already.
  Expr built(const Form& form, const Shape* shape) {
    Expr& known = known_[&form];
    if (!known) {
      const Expr made = made_up(form, shape);
      known_[&form] = made;
      return made;
    }
    if (shape != nullptr && known.shape() != *shape) throw DeadEnd();
    return known;
  }

  Expr made_up(const Form& form, const Shape* shape) {
    if (form.kind == Form::Kind::op) {
      if (is_known(form)) return on_known(form, shape);
      if (shape == nullptr) throw DeadEnd();
      return form.elementwise ? elementwise(form, *shape) : on_chosen(form, *shape);
    }
    if (shape == nullptr) throw DeadEnd();
    if (form.kind == Form::Kind::unknown) return anything(*shape, 0.6);
    if (form.kind != Form::Kind::number) throw DeadEnd();
    static const std::vector<double> numbers{0.5, 2, -0.25, 3, 1, -2, 0.01};
    return graph.constant(form.number ? *form.number : one_of(numbers), *shape);
  }

  OpPtr op_of(const Form& form, const std::vector<Shape>& inputs, const Shape* output) {
    std::vector<OpPtr> fitting;
    for (const Applied& applied : pool_.of(*form.type)) {
      const OpPtr op = form.op ? form.op : applied.op;
      try {
        const Shape inferred = op->infer(inputs);
        if (output == nullptr || inferred == *output) fitting.push_back(op);
      } catch (const Mismatch&) {
      }
    }
    if (fitting.empty()) throw DeadEnd();
    return one_of(fitting);
  }

  Expr node(const Form& form, const Exprs& inputs, const Shape* output) {
    std::vector<Shape> shapes;
    for (const Expr& input : inputs) shapes.push_back(input.shape());
    return graph.make(op_of(form, shapes, output), inputs, SourceLocation::current());
  }

  Expr on_known(const Form& form, const Shape* shape) {
    Exprs inputs;
    for (const Pattern& input : form.inputs) inputs.push_back(built(input.form(), nullptr));
    return node(form, inputs, shape);
  }

  Expr elementwise(const Form& form, const Shape& shape) {
    Exprs inputs;
    for (const Pattern& input : form.inputs) inputs.push_back(built(input.form(), &shape));
    return node(form, inputs, &shape);
  }

  Expr on_chosen(const Form& form, const Shape& shape) {
    std::vector<const Applied*> fitting;
    for (const Applied& applied : pool_.of(*form.type))
      if (applied.output == shape && (form.any_inputs || applied.inputs.size() == form.inputs.size()))
        fitting.push_back(&applied);
    if (fitting.empty()) throw DeadEnd();
    const Applied& applied = *one_of(fitting);
    Exprs inputs;
    for (std::size_t i = 0; i < form.inputs.size(); ++i) {
      const bool closed = is_known(form.inputs[i].form());
      inputs.push_back(built(form.inputs[i].form(), closed ? nullptr : &applied.inputs[i]));
    }
    if (form.inputs.empty()) return graph.make(applied.op, inputs, SourceLocation::current());
    return node(form, inputs, &shape);
  }

  const Pool& pool_;
  std::mt19937_64 random_;
  std::map<const Form*, Expr> known_;
};

}  // namespace gradus::test
