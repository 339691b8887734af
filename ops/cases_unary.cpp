#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>

namespace gradus {
namespace {

const std::vector<Size>& unary_sizes() {
  static const std::vector<Size> all{
      {"a scalar", {}},          {"a batch of 1", {batch, 3}, 1},        {"a batch of 4", {batch, 5}, 4},
      {"three axes", {2, 3, 4}}, {"more than one tile", {batch, 41}, 9},
  };
  return all;
}

using Unary = std::function<Expr(Expr x)>;

void add(std::vector<OpCase>& cases, std::string_view op, const Spread& spread, const Unary& f,
         const std::string& what = "") {
  for (const Size& size : unary_sizes())
    cases.push_back({op, what.empty() ? size.what : what + ", " + size.what, [spread, f, size](Graph& graph) {
                       const Point x = leaf(graph, "x", size.shape, size.batch_size, spread);
                       return Example{f(x.leaf), {x}};
                     }});
}

}  // namespace

void add_unary_cases(std::vector<OpCase>& cases) {
  const Spread anywhere{-3, 3};
  const Spread off_zero{-3, 3, 0};
  const Spread positive{0.3, 4};
  add(cases, "abs", off_zero, [](Expr x) { return abs(x); });
  add(cases, "cos", anywhere, [](Expr x) { return cos(x); });
  add(cases, "elu", off_zero, [](Expr x) { return elu(x); });
  add(
      cases, "elu", off_zero, [](Expr x) { return elu(x, 0.3); }, "scale 0.3");
  add(cases, "exp", anywhere, [](Expr x) { return exp(x); });
  add(cases, "expm1", anywhere, [](Expr x) { return expm1(x); });
  for (const double whole : {-2.0, 0.0, 1.0})
    add(
        cases, "floor", {whole + 0.1, whole + 0.9}, [](Expr x) { return floor(x); },
        "above " + std::to_string(static_cast<int>(whole)));
  add(cases, "gelu", anywhere, [](Expr x) { return gelu(x); });
  add(cases, "leaky_relu", off_zero, [](Expr x) { return leaky_relu(x); });
  add(
      cases, "leaky_relu", off_zero, [](Expr x) { return leaky_relu(x, 0.4); }, "slope 0.4");
  add(cases, "linear", anywhere, [](Expr x) { return linear(x, -1.7, 0.6); });
  add(
      cases, "linear", anywhere, [](Expr x) { return linear(x, 0.5, 0); }, "without a shift");
  add(cases, "log", positive, [](Expr x) { return log(x); });
  add(cases, "negate", anywhere, [](Expr x) { return negate(x); });
  add(cases, "normal_distribution", anywhere, [](Expr x) { return normal_distribution(x); });
  for (const double exponent : {3.0, 2.0, 1.0, 0.0, -2.0})
    add(
        cases, "power", off_zero, [exponent](Expr x) { return power(x, exponent); },
        "exponent " + std::to_string(static_cast<int>(exponent)));
  for (const double exponent : {2.5, 0.5, -1.3})
    add(
        cases, "power", positive, [exponent](Expr x) { return power(x, exponent); },
        "exponent " + std::to_string(exponent).substr(0, 4));
  add(cases, "relu", off_zero, [](Expr x) { return relu(x); });
  add(cases, "sigmoid", anywhere, [](Expr x) { return sigmoid(x); });
  add(cases, "sign", off_zero, [](Expr x) { return sign(x); });
  add(cases, "sin", anywhere, [](Expr x) { return sin(x); });
  add(cases, "softplus", off_zero, [](Expr x) { return softplus(x); });
  add(cases, "sqrt", positive, [](Expr x) { return sqrt(x); });
  add(cases, "square", anywhere, [](Expr x) { return square(x); });
  add(cases, "tanh", anywhere, [](Expr x) { return tanh(x); });
}

}  // namespace gradus
