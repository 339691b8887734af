#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

namespace gradus::oracle {
namespace {

/// A convolution that fits images of a shape.
struct Convolved {
  Shape kernel;
  Convolution how;
  Shape result;
};

Convolved convolved(Grower& g, const Shape& image) {
  const Index rows = image[2].at(1);
  const Index columns = image[3].at(1);
  Convolution how;
  how.padding = g.one_of({Index{0}, Index{0}, Index{1}, Index{2}});
  how.stride = g.one_of({Index{1}, Index{1}, Index{2}, Index{3}});
  how.dilation = g.one_of({Index{1}, Index{1}, Index{1}, Index{2}});
  const auto largest = [&](Index size) { return (size + 2 * how.padding - 1) / how.dilation + 1; };
  const Index kernel_rows = g.whole(1, std::min<Index>(4, largest(rows)));
  const Index kernel_columns = g.whole(1, std::min<Index>(6, largest(columns)));
  const auto places = [&](Index size, Index kernel) {
    return (size + 2 * how.padding - how.dilation * (kernel - 1) - 1) / how.stride + 1;
  };
  Index channels = g.one_of({g.whole(1, 4), g.whole(1, 12)});
  const Index y_rows = places(rows, kernel_rows);
  const Index y_columns = places(columns, kernel_columns);
  while (channels > 1 && g.batch_size() * channels * y_rows * y_columns > g.room()) channels /= 2;
  return {{channels, image[1], kernel_rows, kernel_columns}, how, {batch, channels, y_rows, y_columns}};
}

Expr of_shape(Grower& g, const Shape& shape) {
  return g.any([&](const Shape& s) { return s == shape; }, [&] { return g.leaf(shape, -1, 1); });
}

struct Pooled {
  Expr x;
  Pooling how;
  Shape result;
};

Pooled pooled(Grower& g) {
  const Expr x = g.images();
  const Index rows = x.shape()[2].at(1);
  const Index columns = x.shape()[3].at(1);
  Pooling how;
  how.window = g.whole(1, std::min<Index>(4, std::min(rows, columns)));
  how.stride = g.chance(0.5) ? how.window : g.whole(1, 4);
  return {
      x,
      how,
      {batch, x.shape()[1], (rows - how.window) / how.stride + 1, (columns - how.window) / how.stride + 1}};
}

/// The same where no two pixels of an image are close, or where many are equal.
Pooled pooled_by_largest(Grower& g) {
  Pooled p = pooled(g);
  if (g.extreme()) return p;
  p.x = g.chance(0.15) ? g.tied_leaf(p.x.shape()) : g.distinct_leaf(p.x.shape(), {2, 3});
  return p;
}

}  // namespace

void add_image_makers(std::vector<Maker>& makers) {
  makers.push_back({"conv2d", [](Grower& g) {
                      const Expr x = g.images();
                      const Convolved c = convolved(g, x.shape());
                      const Expr w = of_shape(g, c.kernel);
                      if (g.chance(0.5)) return conv2d(x, w, c.how);
                      return conv2d(x, w, of_shape(g, {c.kernel[0]}), c.how);
                    }});
  makers.push_back({"conv2d_input_gradient", [](Grower& g) {
                      const Shape image = g.image_shape();
                      const Convolved c = convolved(g, image);
                      const Expr w = of_shape(g, c.kernel);
                      return conv2d_input_gradient(w, of_shape(g, c.result), image[2].at(1), image[3].at(1),
                                                   c.how);
                    }});
  makers.push_back({"conv2d_kernel_gradient", [](Grower& g) {
                      const Expr x = g.images();
                      const Convolved c = convolved(g, x.shape());
                      return conv2d_kernel_gradient(x, of_shape(g, c.result), c.kernel[2].at(1),
                                                    c.kernel[3].at(1), c.how);
                    }});
  makers.push_back({"average_pool", [](Grower& g) {
                      const Pooled p = pooled(g);
                      return average_pool(p.x, p.how.window, p.how.stride);
                    }});
  makers.push_back({"average_pool_gradient", [](Grower& g) {
                      const Pooled p = pooled(g);
                      return average_pool_gradient(of_shape(g, p.result), p.x.shape()[2].at(1),
                                                   p.x.shape()[3].at(1), p.how);
                    }});
  makers.push_back({"max_pool", [](Grower& g) {
                      const Pooled p = pooled_by_largest(g);
                      return max_pool(p.x, p.how.window, p.how.stride);
                    }});
  makers.push_back({"max_pool_gradient", [](Grower& g) {
                      const Pooled p = pooled_by_largest(g);
                      return max_pool_gradient(p.x, of_shape(g, p.result), p.how);
                    }});
  makers.push_back({"max_pool_select", [](Grower& g) {
                      const Pooled p = pooled_by_largest(g);
                      return max_pool_select(p.x, g.like(p.x), p.how);
                    }});
}

}  // namespace gradus::oracle
