#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {
namespace {

KeepAxes kept(Grower& g) { return g.chance(0.4) ? KeepAxes::yes : KeepAxes::no; }

/// A value and one of its axes along which no other number is close to the largest, or where many are equal.
std::pair<Expr, Index> with_largest(Grower& g) {
  const Expr x = g.with_axes(1);
  const Index along = g.axis(x);
  if (g.extreme()) return {x, along};
  if (g.chance(0.15)) return {g.tied_leaf(x.shape()), along};
  const std::size_t axis = normal_axis(along, x.shape().rank());
  const Tensor<double>& value = g.value(x);
  const Extents& extents = value.extents();
  const Index stride = extents.count(axis + 1, extents.rank);
  for (Index i = 0; i < value.size(); ++i) {
    if (i / stride % extents[axis] != 0) continue;
    int close = 0;
    double most = value[i];
    for (Index k = 1; k < extents[axis]; ++k) most = std::max(most, value[i + k * stride]);
    for (Index k = 0; k < extents[axis]; ++k) close += value[i + k * stride] > most - Grower::gap ? 1 : 0;
    if (close > 1) return {g.distinct_leaf(x.shape(), {axis}), along};
  }
  return {x, along};
}

}  // namespace

void add_reduction_makers(std::vector<Maker>& makers) {
  makers.push_back({"sum", [](Grower& g) {
                      const Expr x = g.any();
                      const std::vector<Index> axes = g.axes(x);
                      return sum(x, axes, kept(g));
                    }});
  makers.push_back({"mean", [](Grower& g) {
                      const Expr x = g.any();
                      const std::vector<Index> axes = g.axes(x);
                      return mean(x, axes, kept(g));
                    }});
  makers.push_back({"count", [](Grower& g) {
                      const Expr x = g.with_axes(1);
                      const Expr examples = count(x, g.axes(x));
                      return g.any() / examples;
                    }});
  makers.push_back({"max", [](Grower& g) {
                      const auto [x, axis] = with_largest(g);
                      return max(x, axis, kept(g));
                    }});
  makers.push_back({"argmax", [](Grower& g) {
                      const auto [x, axis] = with_largest(g);
                      return argmax(x, axis, kept(g));
                    }});
  makers.push_back({"batch_size", [](Grower& g) {
                      const Expr examples = g.graph().batch_size();
                      return g.any() / examples;
                    }});
}

}  // namespace gradus::oracle
