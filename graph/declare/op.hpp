#pragma once

#include <gradus/graph/declare/expr.hpp>
#include <gradus/graph/declare/tensor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <typeinfo>
#include <variant>

namespace gradus {

/// An op's name and its mathematics, for lists and dumps. Its derivative is not among it: what is shown is
/// what its vjp builds.
struct Description {
  std::string_view name;
  std::string_view letters;      ///< of its inputs, a blank between: "A B"; the index i: any number, "xᵢ"
  std::string_view formula;      ///< y as a function of these letters, or in words
  std::string_view remark = {};  ///< what becomes of that which flows back, where its formula reads badly
  bool last_axis = false;        ///< the formula is meant along the last axis
};

/// What an attribute may be.
using AnyAttribute =
    std::variant<bool, Index, double, std::string, std::vector<Index>, std::vector<double>, Shape>;

/// The same, which can be copied when there is no memory. libstdc++ takes a variant of these types for never
/// without a value, and when copying one of them throws it destroys what was not made.
class AttributeValue : public AnyAttribute {
 public:
  using AnyAttribute::AnyAttribute;
  AttributeValue(const AttributeValue& other)
      : AnyAttribute(std::visit([](const auto& value) { return AnyAttribute(value); }, other.any())) {}
  AttributeValue(AttributeValue&&) = default;
  AttributeValue& operator=(const AttributeValue& other) { return *this = AttributeValue(other); }
  AttributeValue& operator=(AttributeValue&&) = default;
  ~AttributeValue() = default;

  const AnyAttribute& any() const { return *this; }
};

/// A named constant of an op: the slope of a leaky ReLU, the axes of a sum.
struct Attribute {
  using Value = AttributeValue;
  std::string_view name;
  Value value;
  /// Numbers are equal when their bits are: 0.0 is not −0.0, and NaN is NaN.
  friend bool operator==(const Attribute& a, const Attribute& b);
};
using Attributes = std::vector<Attribute>;

std::string to_string(const Attribute::Value& value);

/// How an op computes, which decides how it can be run together with others.
enum class Kind {
  source,       ///< a value from outside: an input, a variable, a constant
  view,         ///< the numbers of its input under another shape
  elementwise,  ///< y[i] depends on x[i] of each input alone: runs on tiles
  gather,       ///< any range of y can be computed from the whole of x: runs on tiles too
  rowwise,      ///< any rows of y can be computed from the whole of its inputs
  effect        ///< changes the state
};

/// An elementwise op that is one operation of IEEE 754, for compile/machine_code.hpp.
enum class Instruction {
  none,  ///< anything else: computed by its evaluate()
  add,
  subtract,
  multiply,
  divide,
  square,
  sqrt,
  negate,
  relu,     ///< x where x > 0 or x is NaN or −0, else 0
  greater,  ///< 1 where a > b, else 0
  copy      ///< an effect: its second input goes to the first
};

/// A half-open range.
struct Range {
  Index begin = 0;
  Index end = 0;
  Index size() const { return end - begin; }
};

/// A tile of an elementwise op: `size` elements, a multiple of the vector length; `out` may be one of `in`.
template <class Scalar>
struct Tile {
  Scalar* out;
  const Scalar* const* in;
  std::size_t inputs;
  Index size;
};

/// A range of a gather op's output: the elements of `range`, counted over the whole output, go to out[0 …].
template <class Scalar>
struct GatherTile {
  Scalar* out;
  Extents extents;
  Range range;
  const View<const Scalar>* in;
};

/// A part of a rowwise op: the rows (entries of the output's first axis) of `part` are wanted.
template <class Scalar>
struct Call {
  View<Scalar> output;
  const View<const Scalar>* in;
  std::size_t inputs;
  Range part;
  Scalar* scratch;  ///< as many numbers as the op's scratch() asked for
  Range columns{};  ///< of the last axis, where the op says column_unit(): those that are wanted, all where
                    ///< it is empty
};

struct Rules;

/// What every op answers about itself. Ops are written as plain structs, one in one file, and given this form
/// by `define.hpp`; nothing else in the library asks which op it has in hand.
class Op {
 public:
  virtual ~Op() = default;

  virtual const Description& description() const = 0;
  virtual Attributes attributes() const = 0;
  virtual Kind kind() const = 0;

  /// The shape of the output; throws Mismatch with what was expected.
  virtual Shape infer(std::span<const Shape> inputs) const = 0;

  /// x̄ᵢ = (∂y/∂xᵢ)ᵀ ȳ as new nodes: what flows back to one input. An empty expression where the derivative is
  /// zero everywhere it exists.
  virtual Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const = 0;

  /// The axis of the output along which the entries of `axis` of an input stay independent: entry i of the
  /// output there depends on entry i of the input alone. Nothing where they meet.
  virtual std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t input,
                                                      std::size_t axis) const = 0;

  /// The compiler's rules about expressions with this op at their root.
  virtual const Rules& rules() const = 0;

  /// Its value in JavaScript, by which a page computes it; empty where it has no such rule. With the letters
  /// of the description for the inputs and the names of the attributes for their values it is
  ///
  ///     an expression, y[i] of x[i] …    elementwise, of a fixed number of inputs: "slope * x"
  ///     statements that fill y           any other: "y.set(x);"
  ///
  /// In statements y and the inputs are arrays of numbers with their `sizes`; the letter xᵢ is x, the list of
  /// all inputs. `run` has the step, batch, seed (four numbers of 16 bits, lowest first), and whether it is
  /// training. What both may call stands in dump/page/web/tools.js.
  virtual std::string_view javascript() const = 0;

  /// An equal expression that computes on images in the blocked layout (compile/blocked_layout.hpp), or
  /// empty.
  virtual Expr blocked(const Expr& y) const = 0;

  /// True where y > 0 for every input, so that dividing by y is safe in real arithmetic.
  virtual bool positive() const = 0;

  /// Numbers of scratch memory a call on these inputs needs.
  virtual Index scratch(std::span<const Extents> inputs, const Extents& output) const = 0;

  /// How many floating-point operations the mathematics of a call on these inputs asks for, however the
  /// kernel comes by the result. An addition, a multiplication, a division, a comparison and a function such
  /// as eˣ count as one each; moving numbers and computing with whole ones counts as none. Unless the op says
  /// otherwise
  ///
  ///     one for each element of the output    elementwise and rowwise
  ///     none                                  source, view, gather, effect
  virtual double operations(std::span<const Extents> inputs, const Extents& output) const = 0;

  /// True where a rowwise op reads its inputs wherever they lie, at any address, and nothing behind their
  /// end: what is fed need not be copied for it.
  virtual bool anywhere() const = 0;

  /// True where the op asks for nothing but the sizes of its inputs.
  virtual bool sizes_only() const = 0;

  /// What its evaluate() does, where that is one operation.
  virtual Instruction instruction() const = 0;

  /// How many rows a rowwise op computes at once. Parts are made of whole units from the first row on, each
  /// computed by a call of its own, so that a kernel whose bits depend on how many rows it is asked for gives
  /// the same bits on any number of threads. 1 where rows do not touch each other's bits: then a part is one
  /// call.
  virtual Index unit(const Extents& output) const = 0;

  /// How many columns a rowwise op computes at once where its output has too few rows to be shared out; 0
  /// where all of them are one call. Threads get whole units, and one thread computes them one by one too.
  virtual Index column_unit(const Extents& output) const = 0;

  /// The input whose memory a rowwise op wants its output to be written over (as BLAS's C), or nothing.
  virtual std::optional<std::size_t> overwrites() const = 0;

  virtual void evaluate(const Tile<float>& tile) const = 0;
  virtual void evaluate(const Tile<double>& tile) const = 0;
  virtual void evaluate(const GatherTile<float>& tile) const = 0;
  virtual void evaluate(const GatherTile<double>& tile) const = 0;
  virtual void evaluate(const Call<float>& call) const = 0;
  virtual void evaluate(const Call<double>& call) const = 0;

  /// The struct this op was written as; see as<T>().
  virtual const std::type_info& type() const = 0;
  virtual const void* definition() const = 0;

  std::string_view name() const { return description().name; }
};

/// How many nodes read a value, for rules that pay only where nobody else wants what they take apart.
class Uses {
 public:
  virtual ~Uses() = default;
  virtual std::size_t of(const Expr& x) const = 0;
};

using OpPtr = std::shared_ptr<const Op>;

/// The definition of an op if it is a T, else null: `if (auto* sum = as<Sum>(x)) …`.
template <class T>
const T* as(const Op& op) {
  return op.type() == typeid(T) ? static_cast<const T*>(op.definition()) : nullptr;
}
template <class T>
const T* as(const Expr& x) {
  return as<T>(x.op());
}

/// Gives a plain struct the form of an Op. Defined in define.hpp, which whoever writes an op includes; the
/// library instantiates it for its own ops, so that including their headers stays cheap.
template <class T>
OpPtr erase(const T& definition);

}  // namespace gradus
