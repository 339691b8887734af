#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {
namespace {

/// The same elements under another shape: axes of size 1 come and go, neighbours are joined, one is split.
Shape reshaped(Grower& g, const Shape& shape) {
  std::vector<Dim> dims = dims_of(shape);
  for (Index changes = g.whole(1, 4); changes > 0; --changes) {
    const auto at = static_cast<std::size_t>(g.whole(0, static_cast<Index>(dims.size())));
    const auto place = dims.begin() + static_cast<std::ptrdiff_t>(at);
    switch (g.whole(0, 3)) {
      case 0:
        if (dims.size() < 5) dims.insert(place, Dim(1));
        break;
      case 1:
        if (at < dims.size() && dims[at] == Dim(1)) dims.erase(place);
        break;
      case 2:
        if (at + 1 < dims.size() && !dims[at].is_batch() && !dims[at + 1].is_batch()) {
          dims[at + 1] = dims[at].at(1) * dims[at + 1].at(1);
          dims.erase(place);
        }
        break;
      default:
        if (at < dims.size() && dims.size() < 5 && !dims[at].is_batch()) {
          const Index size = dims[at].at(1);
          const Index part = size % 2 == 0 ? 2 : size % 3 == 0 ? 3 : 1;
          dims[at] = size / part;
          dims.insert(place, Dim(part));
        }
    }
  }
  return shape_of(dims);
}

}  // namespace

void add_layout_makers(std::vector<Maker>& makers) {
  makers.push_back({"reshape", [](Grower& g) {
                      const Expr x = g.any();
                      const Expr y = reshape(x, reshaped(g, x.shape()));
                      if (y != x) return y;
                      std::vector<Dim> dims = dims_of(x.shape());
                      dims.emplace_back(1);
                      return reshape(x, shape_of(dims));
                    }});
  makers.push_back({"broadcast", [](Grower& g) {
                      const Expr x = g.any();
                      std::vector<Dim> dims = dims_of(x.shape());
                      for (Dim& dim : dims)
                        if (dim == Dim(1) && g.chance(0.7)) dim = g.whole(1, 4);
                      while (dims.size() < 5 && g.chance(0.5)) {
                        const bool batched = shape_of(dims).has_batch();
                        dims.insert(dims.begin(), !batched && g.chance(0.4) ? batch : Dim(g.whole(1, 4)));
                      }
                      const Shape shape = shape_of(dims);
                      if (shape != x.shape() && g.fits(shape)) return broadcast_to(x, shape);
                      return broadcast_to(g.leaf({}), {1, 3});
                    }});
  makers.push_back({"transpose", [](Grower& g) { return transpose(g.matrix()); }});
  makers.push_back({"slice", [](Grower& g) {
                      Expr x = g.any();
                      std::optional<Index> axis = g.fixed_axis(x);
                      if (!axis) axis = g.fixed_axis(x = g.rows());
                      const Index size = x.shape()[normal_axis(*axis, x.shape().rank())].at(1);
                      const Index begin = g.whole(0, size - 1);
                      return slice(x, *axis, begin, g.whole(begin + 1, size));
                    }});
  makers.push_back({"concatenate", [](Grower& g) {
                      Expr x = g.any();
                      std::optional<Index> axis = g.fixed_axis(x);
                      if (!axis) axis = g.fixed_axis(x = g.rows());
                      const std::size_t along = normal_axis(*axis, x.shape().rank());
                      Exprs parts{x};
                      Index size = x.shape()[along].at(1);
                      for (Index more = g.whole(1, 3); more > 0; --more) {
                        std::vector<Dim> dims = dims_of(x.shape());
                        dims[along] = g.whole(1, 3);
                        size += 3;
                        dims[along] = std::min<Index>(dims[along].at(1), size);
                        std::vector<Dim> whole = dims;
                        whole[along] = size;
                        if (!g.fits(shape_of(whole))) break;
                        parts.push_back(g.chance(0.2) && g.fits(shape_of(whole)) ? x
                                                                                 : g.leaf(shape_of(dims)));
                      }
                      if (g.chance(0.5)) std::swap(parts.front(), parts.back());
                      return concatenate(parts, *axis);
                    }});
  makers.push_back({"one_hot", [](Grower& g) {
                      const Index classes = g.whole(1, 5);
                      Shape shape = g.shape();
                      while (shape.rank() > 4 || g.count(shape) * classes > g.room()) shape = g.shape();
                      if (g.chance(0.3)) {
                        const Expr x = g.rows();
                        const Index last = x.shape().back().at(1);
                        const Expr leaf = g.distinct_leaf(x.shape(), {x.shape().rank() - 1});
                        const Index known = last + g.whole(0, 1);
                        if (g.count(leaf.shape()) / last * known <= g.room())
                          return one_hot(argmax(leaf), known);
                      }
                      if (g.extreme() && g.chance(0.5)) return one_hot(g.leaf(shape, -1, 6), classes);
                      return one_hot(g.whole_leaf(shape, 0, classes - 1), classes);
                    }});
  makers.push_back({"constant", [](Grower& g) {
                      const Expr x = g.any();
                      if (x.shape().has_batch())
                        return x * g.graph().constant(g.one_of({0.0, 1.0, -1.5}), x.shape());
                      std::vector<double> numbers;
                      for (Index i = 0; i < g.count(x.shape()); ++i)
                        numbers.push_back(g.one_of({0.0, 1.0, -0.5, 2.0}));
                      return x + g.graph().constant(std::move(numbers), x.shape());
                    }});
  makers.push_back({"dropout_mask", [](Grower& g) {
                      const Expr x = g.any();
                      const double rate = g.one_of({0.5, 0.1, 0.8});
                      const DropoutMask mask{x.shape(), rate, g.whole(1, 1000)};
                      const Expr dropped = x * apply(mask, {g.graph().random_key()});
                      return g.chance(0.5) ? dropped : when_training(dropped, x);
                    }});
}

}  // namespace gradus::oracle
