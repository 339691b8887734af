#include <gradus/ops/normalisation.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {
namespace {

/// A value of (batch, n, …).
Expr examples(Grower& g) {
  const auto good = [](const Shape& s) {
    return s.rank() >= 2 && s[0] == batch &&
           std::ranges::count_if(s.dims(), [](Dim d) { return d.is_batch(); }) == 1;
  };
  return g.any(good, [&] { return g.leaf(g.image_shape()); });
}

Expr weights(Grower& g, const Shape& shape) { return g.leaf(shape, 0.5, 1.5); }

}  // namespace

// What users write, and passes rewrite.
void add_compound_makers(std::vector<Maker>& makers) {
  makers.push_back({"batch norm", [](Grower& g) {
                      const Expr x = examples(g);
                      const Expr gamma = weights(g, {x.shape()[1]});
                      const Expr beta = weights(g, {x.shape()[1]});
                      return batch_norm(x, batch_statistics(x), gamma, beta, 0.01);
                    }});
  makers.push_back({"layer norm", [](Grower& g) {
                      const Expr x = examples(g);
                      const Shape example(x.shape().dims().subspan(1));
                      const Expr gamma = weights(g, example);
                      const Expr beta = weights(g, example);
                      return layer_norm(x, gamma, beta, 0.01);
                    }});
  makers.push_back({"log of softmax", [](Grower& g) { return log(softmax(g.rows())); }});
  makers.push_back({"log of sigmoid", [](Grower& g) { return log(sigmoid(g.any())); }});
  makers.push_back({"log of 1 - sigmoid", [](Grower& g) { return log(1.0 - sigmoid(g.any())); }});
  makers.push_back({"log of 1 + exp", [](Grower& g) { return log(1.0 + exp(g.any())); }});
  makers.push_back({"binary cross-entropy", [](Grower& g) {
                      const Expr z = g.any();
                      const Expr t = g.whole_leaf(z.shape(), 0, 1);
                      const Expr left = t * log(sigmoid(z));
                      const Expr log_complement = log(1.0 - sigmoid(z));
                      return -(left + (1.0 - t) * log_complement);
                    }});
  makers.push_back({"common factor", [](Grower& g) {
                      const Expr x = g.any();
                      const Expr y = g.like(x);
                      const Expr left = x * y;
                      return left - x * tanh(y);
                    }});
  makers.push_back({"there and back", [](Grower& g) {
                      const Expr p = g.positive(g.any());
                      const Expr a = g.like(p);
                      return p * (a / p);
                    }});
  makers.push_back({"squared error", [](Grower& g) {
                      const Expr y = g.rows();
                      return squared_error(y, g.like(y));
                    }});
  makers.push_back({"dense", [](Grower& g) {
                      const Expr x = g.matrix();
                      const Dim inner = x.shape()[1];
                      const Index outer = g.whole(1, 5);
                      const Expr w = g.leaf({inner, outer}, -1, 1);
                      const Expr bias = g.leaf({outer});
                      return matmul(x, w) + bias;
                    }});
}

}  // namespace gradus::oracle
