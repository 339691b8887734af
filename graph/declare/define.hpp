#pragma once

#include <gradus/base/error.hpp>
#include <gradus/graph/declare/op.hpp>
#include <gradus/graph/declare/rule.hpp>

#include <Eigen/Core>

#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

namespace gradus {
/// Throws the GraphError of a derivative that is to flow back through an op that has none.
[[noreturn]] void refuse_to_differentiate(const Expr& y, std::size_t input);

// clang-format off
/// Gives a plain struct T the form of an Op. T says
///
///     static constexpr Description description;                              name, letters of the inputs, formula
///     static constexpr Kind kind;                                            how it computes
///     static constexpr std::size_t arity;                                    inputs; left out for any number
///     Attributes attributes() const;                                         its constants, if any
///     Shape infer(std::span<const Shape>) const;                             shape rule, throws Mismatch
///     std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t input, std::size_t axis) const;
///
/// of its derivative, where it has inputs, one of
///
///     Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;    x̄ᵢ; without input for arity 1
///     static constexpr bool flat = true;                                     it is zero: nothing flows back
///     static constexpr bool no_derivative = true;                            none: refused where one is asked for
///
/// and one kernel, generic over float and double:
///
///     template <class Y, class... X> void evaluate(Y& y, const X&... x) const;    elementwise, Eigen arrays
///     template <class Scalar> void evaluate(const GatherTile<Scalar>&) const;     gather
///     template <class Scalar> void evaluate(const Call<Scalar>&) const;             rowwise
///
/// An elementwise y may be one of the x: compute it in a single assignment.
///
/// And, when it has something to say:
///
///     static Rules rules();                                                  equations of the compiler, rule.hpp
///     static constexpr std::string_view javascript;                          its value, as a page computes it, op.hpp
///     static Expr blocked(const Expr& y);
///     Index scratch(std::span<const Extents> inputs, const Extents& output) const;
///     double operations(std::span<const Extents> inputs, const Extents& output) const;
///     static Index unit(const Extents& output);     static Index column_unit(const Extents& output);
///     static constexpr std::size_t overwritten;     static constexpr bool positive;
///     static constexpr bool commutative;            static constexpr Instruction instruction;
///     static constexpr bool anywhere;               static constexpr bool sizes_only;
// clang-format on
///
/// A member that has one of these names and another form does not compile, with a sentence that says the
/// form.
template <class T>
class Definition final : public Op {
  // What the members are asked with.
  static const T& op();
  static const Expr& expr();
  static std::size_t number();
  static std::span<const Shape> shapes();
  static std::span<const Extents> inputs();
  static const Extents& output();

// A member that may be left out: named_X, whether T has that name, which is ambiguous then beside another of
// the same name, and has_X, whether it has the form.
#define GRADUS_MEMBER(member, form, ...)                                         \
  struct Name_##member {                                                         \
    int member;                                                                  \
  };                                                                             \
  struct Twice_##member : T, Name_##member {};                                   \
  static constexpr bool named_##member = !requires { &Twice_##member::member; }; \
  static constexpr bool has_##member = requires { __VA_ARGS__; };                \
  static_assert(has_##member || !named_##member,                                 \
                "the " #member " of this op cannot be used: write it as " form)

  // clang-format off
  static_assert(!std::is_final_v<T>, "an op is not final: its members could not be looked at");
  GRADUS_MEMBER(arity, "static constexpr std::size_t arity = N",
                typename std::integral_constant<std::size_t, T::arity>);
  GRADUS_MEMBER(attributes, "Attributes attributes() const",
                { op().attributes() } -> std::convertible_to<Attributes>);
  GRADUS_MEMBER(independent_axis,
                "std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t input, "
                "std::size_t axis) const",
                { op().independent_axis(shapes(), number(), number()) } -> std::convertible_to<std::optional<std::size_t>>);
  GRADUS_MEMBER(flat, "static constexpr bool flat = true", requires std::bool_constant<T::flat>::value);
  GRADUS_MEMBER(no_derivative, "static constexpr bool no_derivative = true",
                requires std::bool_constant<T::no_derivative>::value);
  GRADUS_MEMBER(rules, "static Rules rules()", { T::rules() } -> std::convertible_to<Rules>);
  GRADUS_MEMBER(javascript, "static constexpr std::string_view javascript = \"…\"",
                requires std::bool_constant<!std::string_view(T::javascript).empty()>::value);
  GRADUS_MEMBER(blocked, "static Expr blocked(const Expr& y)",
                { T::blocked(expr()) } -> std::convertible_to<Expr>);
  GRADUS_MEMBER(scratch, "Index scratch(std::span<const Extents> inputs, const Extents& output) const",
                { op().scratch(inputs(), output()) } -> std::convertible_to<Index>);
  GRADUS_MEMBER(operations, "double operations(std::span<const Extents> inputs, const Extents& output) const",
                { op().operations(inputs(), output()) } -> std::convertible_to<double>);
  GRADUS_MEMBER(unit, "static Index unit(const Extents& output)",
                { T::unit(output()) } -> std::convertible_to<Index>);
  GRADUS_MEMBER(column_unit, "static Index column_unit(const Extents& output)",
                { T::column_unit(output()) } -> std::convertible_to<Index>);
  GRADUS_MEMBER(overwritten, "static constexpr std::size_t overwritten = INPUT",
                typename std::integral_constant<std::size_t, T::overwritten>);
  GRADUS_MEMBER(positive, "static constexpr bool positive = true", typename std::bool_constant<T::positive>);
  GRADUS_MEMBER(anywhere, "static constexpr bool anywhere = true", typename std::bool_constant<T::anywhere>);
  GRADUS_MEMBER(sizes_only, "static constexpr bool sizes_only = true", typename std::bool_constant<T::sizes_only>);
  GRADUS_MEMBER(instruction, "static constexpr Instruction instruction = Instruction::NAME",
                typename std::integral_constant<Instruction, T::instruction>);
  GRADUS_MEMBER(commutative, "static constexpr bool commutative = true",
                typename std::bool_constant<T::commutative>);

  static constexpr bool vjp_by_input = requires {
    { op().vjp(expr(), expr(), number()) } -> std::convertible_to<Expr>;
  };
  static constexpr std::size_t inputs_at_least = [] {
    if constexpr (has_arity) return T::arity;
    return T::kind == Kind::source ? std::size_t{0} : std::size_t{2};
  }();
  GRADUS_MEMBER(vjp,
                "Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const, or without input where the op "
                "has one input",
                requires vjp_by_input || (inputs_at_least == 1 && requires {
                  { op().vjp(expr(), expr()) } -> std::convertible_to<Expr>;
                }));
  // clang-format on
#undef GRADUS_MEMBER

  static_assert(inputs_at_least == 0 || named_vjp + named_flat + named_no_derivative == 1,
                "an op says one of these of its derivative: vjp, flat = true where it is zero, or "
                "no_derivative = true where it has none");
  static_assert(std::is_empty_v<T> || named_attributes,
                "an op with constants lists them in attributes(): two ops are the same when these are");

 public:
  explicit Definition(T definition) : op_(std::move(definition)) {}

  const Description& description() const override { return T::description; }
  Kind kind() const override { return T::kind; }

  Attributes attributes() const override {
    if constexpr (has_attributes)
      return op_.attributes();
    else
      return {};
  }

  Shape infer(std::span<const Shape> inputs) const override {
    if constexpr (has_arity)
      if (inputs.size() != T::arity)
        throw Mismatch{"it takes " + std::to_string(T::arity) + " inputs, not " +
                       std::to_string(inputs.size())};
    return op_.infer(inputs);
  }

  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const override {
    if constexpr (vjp_by_input)
      return op_.vjp(y, ybar, input);
    else if constexpr (has_vjp)
      return op_.vjp(y, ybar);
    else if constexpr (has_flat)
      return {};
    else
      refuse_to_differentiate(y, input);
  }

  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t input,
                                              std::size_t axis) const override {
    if constexpr (has_independent_axis)
      return op_.independent_axis(inputs, input, axis);
    else if constexpr (T::kind == Kind::elementwise)
      return axis;
    else
      return std::nullopt;
  }

  const Rules& rules() const override { return rules_of<T>(); }

  std::string_view javascript() const override {
    if constexpr (has_javascript)
      return T::javascript;
    else
      return {};
  }

  Expr blocked(const Expr& y) const override {
    if constexpr (has_blocked)
      return T::blocked(y);
    else
      return {};
  }

  bool positive() const override {
    if constexpr (has_positive)
      return T::positive;
    else
      return false;
  }

  bool anywhere() const override {
    if constexpr (has_anywhere)
      return T::anywhere;
    else
      return false;
  }

  bool sizes_only() const override {
    if constexpr (has_sizes_only)
      return T::sizes_only;
    else
      return false;
  }

  Instruction instruction() const override {
    if constexpr (has_instruction)
      return T::instruction;
    else
      return Instruction::none;
  }

  Index scratch(std::span<const Extents> inputs, const Extents& output) const override {
    if constexpr (has_scratch)
      return op_.scratch(inputs, output);
    else
      return 0;
  }

  double operations(std::span<const Extents> inputs, const Extents& output) const override {
    if constexpr (has_operations)
      return op_.operations(inputs, output);
    else if constexpr (T::kind == Kind::elementwise || T::kind == Kind::rowwise)
      return static_cast<double>(output.count());
    else
      return 0;
  }

  Index column_unit(const Extents& output) const override {
    if constexpr (has_column_unit)
      return T::column_unit(output);
    else
      return 0;
  }

  Index unit(const Extents& output) const override {
    if constexpr (has_unit)
      return T::unit(output);
    else
      return 1;
  }

  std::optional<std::size_t> overwrites() const override {
    if constexpr (has_overwritten)
      return T::overwritten;
    else
      return std::nullopt;
  }

  void evaluate(const Tile<float>& tile) const override { on_tile(tile); }
  void evaluate(const Tile<double>& tile) const override { on_tile(tile); }
  void evaluate(const GatherTile<float>& tile) const override { on_part(tile); }
  void evaluate(const GatherTile<double>& tile) const override { on_part(tile); }
  void evaluate(const Call<float>& call) const override { on_part(call); }
  void evaluate(const Call<double>& call) const override { on_part(call); }

  const std::type_info& type() const override { return typeid(T); }
  const void* definition() const override { return &op_; }

 private:
  template <class Scalar>
  void on_tile(const Tile<Scalar>& tile) const {
    if constexpr (requires { op_.evaluate(tile); }) {
      op_.evaluate(tile);
    } else if constexpr (T::kind == Kind::elementwise) {
      on_arrays(tile, std::make_index_sequence<T::arity>());
    } else {
      not_so("on a tile");
    }
  }

  template <class Scalar, std::size_t... I>
  void on_arrays(const Tile<Scalar>& tile, std::index_sequence<I...>) const {
    using Array = Eigen::Array<Scalar, Eigen::Dynamic, 1>;
    Eigen::Map<Array, Eigen::Aligned64> y(tile.out, tile.size);
    op_.evaluate(y, Eigen::Map<const Array, Eigen::Aligned64>(tile.in[I], tile.size)...);
  }

  template <class Part>
  void on_part(const Part& part) const {
    if constexpr ((T::kind == Kind::rowwise || T::kind == Kind::gather) && requires { op_.evaluate(part); })
      op_.evaluate(part);
    else
      not_so("on a part");
  }

  [[noreturn]] static void not_so(const char* how) {
    throw InternalError(std::string(T::description.name) + " was asked to compute " + how);
  }

  T op_;
};

template <class T>
OpPtr erase(const T& definition) {
  return std::make_shared<Definition<T>>(definition);
}

}  // namespace gradus
