#pragma once

#include <gradus/base/error.hpp>
#include <gradus/graph/op.hpp>

#include <Eigen/Core>

#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

namespace gradus {
namespace detail {

struct NamesVjp {
  int vjp;
};
template <class T>
struct NamesItTwice : T, NamesVjp {};

/// Whether T has a member called vjp, whatever it is: the name is ambiguous then beside another. A final T
/// cannot be asked.
template <class T>
inline constexpr bool names_vjp = !requires {
  &NamesItTwice<T>::vjp;
};
template <class T>
requires std::is_final_v<T>
inline constexpr bool names_vjp<T> = false;

}  // namespace detail

/// Throws the GraphError of a derivative that is to flow back through an op that has none.
[[noreturn]] void refuse_to_differentiate(const Expr& y, std::size_t input);

// clang-format off
/// Gives a plain struct T the form of an Op. T says
///
///     static constexpr Description description;                              name, formula, derivative
///     static constexpr Kind kind;                                            how it computes
///     static constexpr std::size_t arity;                                    inputs; left out for any number
///     Attributes attributes() const;                                         its constants, if any
///     Shape infer(std::span<const Shape>) const;                             shape rule, throws Mismatch
///     Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;    x̄ᵢ; without input for arity 1
///     static constexpr bool flat = true;                                     instead: the derivative is zero
///     std::optional<std::size_t> apart(std::span<const Shape>, std::size_t input, std::size_t axis) const;
///
/// and one kernel, generic over float and double:
///
///     template <class Y, class... X> void evaluate(Y& y, const X&... x) const;    elementwise, Eigen arrays
///     template <class Scalar> void evaluate(const Window<Scalar>&) const;         window
///     template <class Scalar> void evaluate(const Call<Scalar>&) const;           kernel
///
/// An elementwise y may be one of the x: compute it in a single assignment.
///
/// And, when it has something to say:
///
///     static Expr simplify(const Expr& y);     static Expr stabilise(const Expr& y);
///     static Expr contract(const Expr& y, const Uses&);
///     static Expr in_blocks(const Expr& y);
///     Index scratch(std::span<const Extents> inputs, const Extents& output) const;
///     static Index unit(const Extents& output);
///     static constexpr std::size_t overwritten;     static constexpr bool positive;
// clang-format on
///
/// An op with neither vjp nor flat can be run, and is refused where a derivative is to flow back through it.
template <class T>
class Definition final : public Op {
  static constexpr bool vjp_by_input = requires(const T& op, const Expr& y, std::size_t input) {
    { op.vjp(y, y, input) } -> std::convertible_to<Expr>;
  };
  static constexpr bool one_input = [] {
    if constexpr (requires { T::arity; }) return T::arity == 1;
    return false;
  }();
  static constexpr bool vjp_alone = one_input && requires(const T& op, const Expr& y) {
    { op.vjp(y, y) } -> std::convertible_to<Expr>;
  };
  static_assert(vjp_by_input || vjp_alone || !detail::names_vjp<T>,
                "the vjp of this op cannot be called: write it as Expr vjp(const Expr& y, const Expr& ybar, "
                "std::size_t input) const, or without input where the op has one input");
  static_assert(
      std::is_empty_v<T> || requires(const T& op) { op.attributes(); },
      "an op with constants lists them in attributes(): two ops are the same when these are");

 public:
  explicit Definition(T definition) : op_(std::move(definition)) {}

  const Description& description() const override { return T::description; }
  Kind kind() const override { return T::kind; }

  Attributes attributes() const override {
    if constexpr (requires { op_.attributes(); })
      return op_.attributes();
    else
      return {};
  }

  Shape infer(std::span<const Shape> inputs) const override {
    if constexpr (requires { T::arity; })
      if (inputs.size() != T::arity)
        throw Mismatch{"it takes " + std::to_string(T::arity) + " inputs, not " +
                       std::to_string(inputs.size())};
    return op_.infer(inputs);
  }

  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const override {
    if constexpr (vjp_by_input)
      return op_.vjp(y, ybar, input);
    else if constexpr (vjp_alone)
      return op_.vjp(y, ybar);
    else if constexpr (requires { requires T::flat; })
      return {};
    else
      refuse_to_differentiate(y, input);
  }

  std::optional<std::size_t> apart(std::span<const Shape> inputs, std::size_t input,
                                   std::size_t axis) const override {
    if constexpr (requires { op_.apart(inputs, input, axis); })
      return op_.apart(inputs, input, axis);
    else if constexpr (T::kind == Kind::elementwise)
      return axis;
    else
      return std::nullopt;
  }

  Expr simplify(const Expr& y) const override {
    if constexpr (requires { T::simplify(y); })
      return T::simplify(y);
    else
      return {};
  }

  Expr stabilise(const Expr& y) const override {
    if constexpr (requires { T::stabilise(y); })
      return T::stabilise(y);
    else
      return {};
  }

  Expr contract(const Expr& y, const Uses& uses) const override {
    if constexpr (requires { T::contract(y, uses); })
      return T::contract(y, uses);
    else
      return {};
  }

  Expr in_blocks(const Expr& y) const override {
    if constexpr (requires { T::in_blocks(y); })
      return T::in_blocks(y);
    else
      return {};
  }

  bool positive() const override {
    if constexpr (requires { T::positive; })
      return T::positive;
    else
      return false;
  }

  Index scratch(std::span<const Extents> inputs, const Extents& output) const override {
    if constexpr (requires { op_.scratch(inputs, output); })
      return op_.scratch(inputs, output);
    else
      return 0;
  }

  Index unit(const Extents& output) const override {
    if constexpr (requires { T::unit(output); })
      return T::unit(output);
    else
      return 1;
  }

  std::optional<std::size_t> overwrites() const override {
    if constexpr (requires { T::overwritten; })
      return T::overwritten;
    else
      return std::nullopt;
  }

  void evaluate(const Tile<float>& tile) const override { on_tile(tile); }
  void evaluate(const Tile<double>& tile) const override { on_tile(tile); }
  void evaluate(const Window<float>& window) const override { on_part(window); }
  void evaluate(const Window<double>& window) const override { on_part(window); }
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
    if constexpr ((T::kind == Kind::kernel || T::kind == Kind::window) && requires { op_.evaluate(part); })
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
