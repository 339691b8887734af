#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/detail/one_hot_rows.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/product_update.hpp>
#include <gradus/ops/subtract.hpp>

namespace gradus {

Expr Subtract::vjp(const Expr&, const Expr& ybar, std::size_t input) const {
  return input == 0 ? ybar : -ybar;
}

Rules Subtract::rules() {
  const Unknown a("a");
  const Unknown b("b");
  const Unknown c("c");
  const Unknown s("s");
  const Unknown w("w");
  const Number k("k");
  const Pattern product = matmul(a, b);
  const auto updated = [product](const Match& match) {
    return ProductUpdate{as<Matmul>(match[product])->transposed};
  };
  const auto update = [&](const Pattern& factor) {
    return changed<ProductUpdate>("transposed as the product", {w, factor, a, b}, updated);
  };
  const Pattern scaled = broadcast(s) * product;
  const Pattern scaled_by_number = k * product;
  return {.simplify = joined(rows_of_one_hot(),
                             {{"minus 0", a - 0.0 == a},
                              {"0 minus", 0.0 - b == -b},
                              {"minus a negative", a - -b == a + b},
                              {"common factor", c * a - c * b == c * (a - b)}},
                             below_broadcast([](const Pattern& x, const Pattern& y) { return x - y; })),
          .fuse = {{"update by a product",
                    w - scaled == update(s),
                    {is<VariableRead>(w), scalar(s), read_once(scaled), read_once(product)}},
                   {"update by a product and a number",
                    w - scaled_by_number == update(k),
                    {is<VariableRead>(w), read_once(scaled_by_number), read_once(product)}}}};
}

Expr subtract(Operand a, Operand b, SourceLocation location) {
  return elementwise(Subtract{}, {a, b}, location);
}

}  // namespace gradus
