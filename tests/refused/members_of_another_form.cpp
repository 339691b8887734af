// the arity of this op cannot be used: write it as static constexpr std::size_t arity = N
// the attributes of this op cannot be used: write it as Attributes attributes() const
// the independent_axis of this op cannot be used: write it as std::optional<std::size_t> independent_axis(
// the flat of this op cannot be used: write it as static constexpr bool flat = true
// the no_derivative of this op cannot be used: write it as static constexpr bool no_derivative = true
// the rules of this op cannot be used: write it as static Rules rules()
// the javascript of this op cannot be used: write it as static constexpr std::string_view javascript =
// the blocked of this op cannot be used: write it as static Expr blocked(const Expr& y)
// the scratch of this op cannot be used: write it as Index scratch(
// the operations of this op cannot be used: write it as double operations(
// the unit of this op cannot be used: write it as static Index unit(const Extents& output)
// the overwritten of this op cannot be used: write it as static constexpr std::size_t overwritten = INPUT
// the positive of this op cannot be used: write it as static constexpr bool positive = true
// the commutative of this op cannot be used: write it as static constexpr bool commutative = true
#include <gradus/graph/declare/define.hpp>

using namespace gradus;

#ifdef RIGHT
#define EITHER(right, wrong) right
#else
#define EITHER(right, wrong) wrong
#endif

/// An op of each member, which it has in the form that is right or in another one.
struct Same {
  static constexpr Description description{"same", "x", "x"};
  static constexpr Kind kind = Kind::rowwise;
  static Shape infer(std::span<const Shape> inputs) { return inputs[0]; }
  template <class Scalar>
  static void evaluate(const Call<Scalar>&) {}
};
struct Differentiable : Same {
  static Expr vjp(const Expr&, const Expr& ybar, std::size_t) { return ybar; }
};

struct Arity : Differentiable {
  EITHER(static constexpr, static inline) std::size_t arity = 1;
};
struct WithAttributes : Differentiable {
  EITHER(Attributes, int) attributes() const { return {}; }
};
struct Apart : Differentiable {
  std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t,
                                              EITHER(std::size_t, Kind)) const {
    return {};
  }
};
struct Flat : Same {
  static constexpr bool flat = EITHER(true, false);
};
struct NoDerivative : Same {
  EITHER(static constexpr bool no_derivative = true, static bool no_derivative());
};
struct OfRules : Differentiable {
  static EITHER(Rules, bool) rules() { return {}; }
};
struct InJavascript : Differentiable {
  static EITHER(constexpr, inline) std::string_view javascript = "y.fill(0);";
};
struct Blocked : Differentiable {
  EITHER(static, ) Expr blocked(const Expr&) { return {}; }
};
struct Scratch : Differentiable {
  Index scratch(std::span<const Extents>, const Extents&) EITHER(const, ) { return 0; }
};
struct Operations : Differentiable {
  double operations(std::span<const Extents>, const Extents&) EITHER(const, ) { return 0; }
};
struct Unit : Differentiable {
  EITHER(static, ) Index unit(const Extents&) { return 1; }
};
struct Overwritten : Differentiable {
  static constexpr EITHER(std::size_t, double) overwritten = 0;
};
struct Positive : Differentiable {
  static EITHER(constexpr, inline) bool positive = true;
};

struct Commutative : Differentiable {
  static EITHER(constexpr, inline) bool commutative = true;
};

/// Their bodies are not compiled: Clang ends with the twentieth error.
constexpr std::size_t sizes[] = {
    sizeof(Definition<Arity>),       sizeof(Definition<WithAttributes>), sizeof(Definition<Apart>),
    sizeof(Definition<Flat>),        sizeof(Definition<NoDerivative>),   sizeof(Definition<OfRules>),
    sizeof(Definition<Blocked>),     sizeof(Definition<Scratch>),        sizeof(Definition<Unit>),
    sizeof(Definition<Overwritten>), sizeof(Definition<Positive>),       sizeof(Definition<Commutative>),
    sizeof(Definition<Operations>),  sizeof(Definition<InJavascript>)};
