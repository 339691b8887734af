#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {
namespace {

/// Factors of a product op(A) op(B), one of them a matrix of the graph.
struct Factors {
  Expr a;
  Expr b;
  Transposed transposed;

  Shape shape() const {
    return {transposed.a ? a.shape()[1] : a.shape()[0], transposed.b ? b.shape()[0] : b.shape()[1]};
  }
};

Factors factors(Grower& g) {
  const Expr known = g.matrix();
  const Transposed transposed{g.chance(0.35), g.chance(0.35)};
  const bool left = g.chance(0.6);
  const bool turned = left ? transposed.a : transposed.b;
  // The inner axis is the known factor's columns where it is on the left and upright.
  const Dim inner = known.shape()[left != turned ? 1 : 0];
  const Dim outer = known.shape()[left != turned ? 0 : 1];
  Index size = g.extent();
  while (size > 1 && outer.at(g.batch_size()) * size > g.room()) size /= 2;
  const Dim free = inner.is_batch() || outer.is_batch() || g.chance(0.8) ? Dim(size) : batch;
  const bool other_turned = left ? transposed.b : transposed.a;
  const Shape shape = left != other_turned ? Shape{inner, free} : Shape{free, inner};
  const Expr other = g.any([&](const Shape& s) { return s == shape; }, [&] { return g.leaf(shape, -1, 1); });
  return left ? Factors{known, other, transposed} : Factors{other, known, transposed};
}

}  // namespace

void add_product_makers(std::vector<Maker>& makers) {
  makers.push_back({"matmul", [](Grower& g) {
                      const Factors f = factors(g);
                      return matmul(f.a, f.b, f.transposed);
                    }});
  makers.push_back({"product_update", [](Grower& g) {
                      const Factors f = factors(g);
                      const Shape shape = f.shape();
                      const Expr w =
                          g.any([&](const Shape& s) { return s == shape; }, [&] { return g.leaf(shape); });
                      const Expr s = g.any([](const Shape& of) { return of.is_scalar(); },
                                           [&] { return g.leaf({}, -1, 1); });
                      return product_update(w, s, f.a, f.b, f.transposed);
                    }});
  makers.push_back({"cross_entropy", [](Grower& g) {
                      const Expr x = g.rows();
                      const Expr p = g.chance(0.6) ? softmax(x) : g.positive(x);
                      const Shape& shape = x.shape();
                      if (g.chance(0.4)) {
                        const Shape examples(shape.dims().first(shape.rank() - 1));
                        const Index classes = shape.back().at(1);
                        return cross_entropy(p, one_hot(g.whole_leaf(examples, 0, classes - 1), classes));
                      }
                      const Expr t = g.leaf_where(shape, 0.05, 1, [](double, Index) { return true; });
                      return cross_entropy(p, g.chance(0.3) ? softmax(t) : t);
                    }});
}

}  // namespace gradus::oracle
