#pragma once

#include <gradus/base/philox.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/interpreter.hpp>
#include <gradus/tests/oracle/graphs/random_graph.hpp>

#include <functional>
#include <optional>

namespace gradus::oracle {

inline std::vector<Dim> dims_of(const Shape& shape) { return {shape.dims().begin(), shape.dims().end()}; }
inline Shape shape_of(const std::vector<Dim>& dims) { return Shape(std::span<const Dim>(dims)); }

/// Makes a random graph node by node, and knows the value of each: what an op is applied to is chosen so that
/// the op is defined and smooth there.
class Grower {
 public:
  explicit Grower(const Recipe& recipe);

  Graph& graph() { return *result_.graph; }
  Mode mode() const { return result_.mode; }
  Index batch_size() const { return result_.batch_size; }
  /// Whether any number may come anywhere, on kinks and out of domains too.
  bool extreme() const { return size_ == Size::extreme; }

  // --- Draws ---

  /// A whole number from low to high, both included.
  Index whole(Index low, Index high);
  double real(double low, double high) { return counter_.uniform(low, high); }
  bool chance(double probability) { return counter_.uniform() < probability; }
  template <class T>
  T one_of(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(whole(0, static_cast<Index>(from.size()) - 1))];
  }
  template <class T>
  T one_of(std::initializer_list<T> from) {
    return one_of(std::vector<T>(from));
  }

  // --- Shapes ---

  /// Of rank 0 to 5, often with the batch in front, of at most room() elements.
  Shape shape();
  /// (rows, columns), either of which may be the batch.
  Shape matrix_shape();
  /// (batch, channels, rows, columns).
  Shape image_shape();
  /// The size of one axis.
  Index extent();
  /// The most elements a value may have.
  Index room() const { return room_; }
  Index count(const Shape& shape) const { return shape.count(batch_size()); }
  bool fits(const Shape& shape) const { return count(shape) <= room_; }

  // --- Leaves ---

  /// A new input, parameter, slot, setting or constant of numbers from [low, high).
  Expr leaf(const Shape& shape, double low = -2, double high = 2);
  /// Of whole numbers from low to high, which no rounding may move: labels and masks.
  Expr whole_leaf(const Shape& shape, Index low, Index high);
  /// Of numbers at least 0.1 apart where they differ in the given axes alone.
  Expr distinct_leaf(const Shape& shape, const std::vector<std::size_t>& axes);
  /// Numbers from [low, high), each drawn again until `good` holds of it and its position.
  Expr leaf_where(const Shape& shape, double low, double high,
                  const std::function<bool(double value, Index at)>& good);

  // --- Operands ---

  /// One of the values so far, or a new leaf.
  Expr any();
  /// One of the values so far of which `good` holds, or what `otherwise` makes.
  Expr any(const std::function<bool(const Shape&)>& good, const std::function<Expr()>& otherwise);
  Expr with_axes(std::size_t at_least);
  /// One whose last axis is not the batch, for ops along rows.
  Expr rows();
  Expr matrix();
  Expr images();
  /// A value of the same shape: another of the graph's, or a new leaf.
  Expr like(const Expr& x);
  /// A value that broadcasts against x: x itself, one of the graph's, or a new leaf with fewer axes or sizes
  /// of 1.
  Expr beside(const Expr& x);
  /// A value of positive numbers, of one of many forms.
  Expr positive(const Expr& x);
  /// x where all of its numbers are at least `gap` from each kink, or moved so that they are, or a new leaf.
  Expr clear_of(const Expr& x, const std::vector<double>& kinks);
  /// The same, but now and then a new leaf of whole numbers, some of them exactly on kinks that are whole.
  Expr clear_or_on(const Expr& x, const std::vector<double>& kinks);
  /// A new leaf of whole numbers that the loss is differentiated by: many of them are equal.
  Expr tied_leaf(const Shape& shape);
  /// An axis of x, perhaps counted from the back.
  Index axis(const Expr& x);
  /// Some of x's axes.
  std::vector<Index> axes(const Expr& x);
  /// An axis that is not the batch. Nothing where there is none.
  std::optional<Index> fixed_axis(const Expr& x);

  const Tensor<double>& value(const Expr& x);

  /// Takes a value up, scaled to numbers of the order of 1, as an operand of what comes.
  void keep(const Expr& x);

  /// The loss over all that nothing reads, and the directions of Hessian-vector products.
  RandomGraph finish();

  static constexpr double gap = 0.02;

 private:
  enum class Role { smooth, tied, label, direction };
  Expr source(const Shape& shape, std::vector<double> numbers, Role role);
  double drawn(double low, double high);
  Expr declare(const std::string& name, const Shape& shape);
  std::vector<double> whole_numbers(const Shape& shape, Index low, Index high);
  void compute();
  double largest(const Expr& x);

  RandomGraph result_;
  std::optional<Interpreter<double>> values_;
  Philox counter_;
  Size size_ = Size::small;
  Index room_ = 0;
  Exprs kept_;
  std::vector<std::vector<double>> fed_;  ///< by source
};

}  // namespace gradus::oracle
