#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/ops/product_update.hpp>

namespace gradus {
namespace {

struct Product {
  std::string what;
  Dim rows;
  Dim inner;
  Dim columns;
  Index batch_size = 1;
};

const std::vector<Product>& products() {
  static const std::vector<Product> all{
      {"a batch of 1", batch, 3, 2, 1},
      {"a batch of 4", batch, 3, 5, 4},
      {"inner batch of 3", 2, batch, 3, 3},
      {"inner batch of 1", 2, batch, 3, 1},
      {"matrices", 3, 4, 2},
      {"a row", 1, 4, 3},
      {"one number", 1, 1, 1},
  };
  return all;
}

Shape matrix(Dim rows, Dim columns, bool transposed) {
  return transposed ? Shape{columns, rows} : Shape{rows, columns};
}

struct Factors {
  Point a;
  Point b;
};

Factors factors(Graph& graph, const Product& product, Transposed transposed) {
  return {leaf(graph, "a", matrix(product.rows, product.inner, transposed.a), product.batch_size),
          leaf(graph, "b", matrix(product.inner, product.columns, transposed.b), product.batch_size, {}, 1)};
}

void add(std::vector<OpCase>& cases, const Product& product, Transposed transposed, const std::string& what) {
  cases.push_back({"matmul", what, [=](Graph& graph) {
                     const auto [a, b] = factors(graph, product, transposed);
                     return Example{matmul(a.leaf, b.leaf, transposed), {a, b}};
                   }});
  // The compiler only ever updates variables, but the op's laws hold for any W.
  cases.push_back(
      {"product_update", what, [=](Graph& graph) {
         const auto [a, b] = factors(graph, product, transposed);
         const Point w = leaf(graph, "w", {product.rows, product.columns}, product.batch_size, {}, 2);
         const Point s = leaf(graph, "s", {}, 1, {0.3, 0.8});
         return Example{product_update(w.leaf, s.leaf, a.leaf, b.leaf, transposed), {w, s, a, b}};
       }});
}

}  // namespace

void add_product_cases(std::vector<OpCase>& cases) {
  for (const Product& product : products())
    for (const bool a : {false, true})
      for (const bool b : {false, true})
        add(cases, product, {a, b},
            product.what + (a ? ", first transposed" : "") + (b ? ", second transposed" : ""));
}

}  // namespace gradus
