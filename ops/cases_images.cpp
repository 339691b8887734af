#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>

namespace gradus {
namespace {

/// A convolution that the laws are tried on.
struct Convolved {
  std::string what;
  Index batch_size;
  Index channels;
  Index rows;
  Index columns;
  Index outputs;
  Index kernel_rows;
  Index kernel_columns;
  Convolution how;

  Shape image() const { return {batch, channels, rows, columns}; }
  Shape kernel() const { return {outputs, channels, kernel_rows, kernel_columns}; }
};

const std::vector<Convolved>& convolutions() {
  static const std::vector<Convolved> all{
      {"3 × 3, a batch of 1", 1, 2, 4, 5, 3, 3, 3, {}},
      {"2 × 3 of one channel, a batch of 3", 3, 1, 4, 4, 2, 2, 3, {}},
      {"with padding", 2, 2, 3, 3, 1, 3, 3, {.padding = 1}},
      {"padding beyond the kernel", 1, 1, 2, 2, 2, 2, 2, {.padding = 2}},
      {"stride 2", 2, 1, 5, 6, 2, 2, 2, {.stride = 2}},
      {"stride 3 with padding, pixels left over", 1, 2, 6, 5, 1, 3, 2, {.stride = 3, .padding = 1}},
      {"dilation 2", 2, 1, 5, 5, 1, 2, 2, {.dilation = 2}},
      {"stride, padding and dilation", 1, 1, 6, 6, 2, 2, 3, {.stride = 2, .padding = 2, .dilation = 2}},
      {"the kernel is the whole image", 3, 2, 2, 3, 2, 2, 3, {}},
      {"single pixels", 2, 3, 2, 2, 2, 1, 1, {}},
      {"more than a block of examples", 18, 1, 2, 2, 1, 2, 2, {}},
      {"more channels than registers", 1, 1, 3, 3, 11, 2, 2, {}},
      {"a kernel of 6 columns", 1, 1, 1, 7, 1, 1, 6, {}},
  };
  return all;
}

void add_convolutions(std::vector<OpCase>& cases) {
  for (const Convolved& c : convolutions()) {
    cases.push_back({"conv2d", c.what, [c](Graph& graph) {
                       const Point x = leaf(graph, "x", c.image(), c.batch_size);
                       const Point w = leaf(graph, "w", c.kernel(), 1, {-1, 1}, 1);
                       return Example{conv2d(x.leaf, w.leaf, c.how), {x, w}};
                     }});
    cases.push_back({"conv2d", c.what + ", with a bias", [c](Graph& graph) {
                       const Point x = leaf(graph, "x", c.image(), c.batch_size);
                       const Point w = leaf(graph, "w", c.kernel(), 1, {-1, 1}, 1);
                       const Point b = leaf(graph, "b", {c.outputs}, 1, {}, 2);
                       return Example{conv2d(x.leaf, w.leaf, b.leaf, c.how), {x, w, b}};
                     }});
    cases.push_back(
        {"conv2d_input_gradient", c.what, [c](Graph& graph) {
           const Shape y =
               conv2d(graph.input("like x", c.image()), graph.parameter("like w", c.kernel()), c.how).shape();
           const Point w = leaf(graph, "w", c.kernel(), 1, {-1, 1}, 1);
           const Point ybar = leaf(graph, "ybar", y, c.batch_size, {}, 3);
           return Example{conv2d_input_gradient(w.leaf, ybar.leaf, c.rows, c.columns, c.how), {w, ybar}};
         }});
    cases.push_back(
        {"conv2d_kernel_gradient", c.what, [c](Graph& graph) {
           const Shape y =
               conv2d(graph.input("like x", c.image()), graph.parameter("like w", c.kernel()), c.how).shape();
           const Point x = leaf(graph, "x", c.image(), c.batch_size);
           const Point ybar = leaf(graph, "ybar", y, c.batch_size, {-1, 1}, 3);
           return Example{conv2d_kernel_gradient(x.leaf, ybar.leaf, c.kernel_rows, c.kernel_columns, c.how),
                          {x, ybar}};
         }});
  }
}

struct Pooled {
  std::string what;
  Index batch_size;
  Index channels;
  Index rows;
  Index columns;
  Pooling how;

  Shape image() const { return {batch, channels, rows, columns}; }
};

const std::vector<Pooled>& poolings() {
  static const std::vector<Pooled> all{
      {"2 × 2, a batch of 1", 1, 2, 4, 4, {}},
      {"pixels left over, a batch of 2", 2, 1, 3, 5, {}},
      {"windows overlap", 2, 1, 4, 3, {2, 1}},
      {"pixels between windows", 1, 1, 5, 5, {2, 3}},
      {"the whole image", 3, 2, 3, 3, {3, 3}},
      {"single pixels", 1, 1, 2, 3, {1, 1}},
      {"more than a block of examples", 17, 1, 2, 1, {1, 1}},
  };
  return all;
}

/// The pixels of an image far enough from each other that no difference changes which is the largest.
Point distinct(Graph& graph, const Shape& shape, Index batch_size) {
  std::vector<double> values;
  const Index count = shape.count(batch_size);
  for (Index i = 0; i < count; ++i) values.push_back(0.1 * static_cast<double>(i * 37 % 101) - 5);
  return leaf_of(graph, "x", shape, batch_size, values);
}

void add_poolings(std::vector<OpCase>& cases) {
  for (const Pooled& p : poolings()) {
    cases.push_back({"max_pool", p.what, [p](Graph& graph) {
                       const Point x = distinct(graph, p.image(), p.batch_size);
                       return Example{max_pool(x.leaf, p.how.window, p.how.stride), {x}};
                     }});
    cases.push_back({"average_pool", p.what, [p](Graph& graph) {
                       const Point x = leaf(graph, "x", p.image(), p.batch_size);
                       return Example{average_pool(x.leaf, p.how.window, p.how.stride), {x}};
                     }});
    cases.push_back({"max_pool_gradient", p.what, [p](Graph& graph) {
                       const Point x = distinct(graph, p.image(), p.batch_size);
                       const Shape y = max_pool(x.leaf, p.how.window, p.how.stride).shape();
                       const Point ybar = leaf(graph, "ybar", y, p.batch_size, {}, 1);
                       return Example{max_pool_gradient(x.leaf, ybar.leaf, p.how), {x, ybar}};
                     }});
    cases.push_back({"max_pool_select", p.what, [p](Graph& graph) {
                       const Point x = distinct(graph, p.image(), p.batch_size);
                       const Point v = leaf(graph, "v", p.image(), p.batch_size, {}, 1);
                       return Example{max_pool_select(x.leaf, v.leaf, p.how), {x, v}};
                     }});
    cases.push_back({"average_pool_gradient", p.what, [p](Graph& graph) {
                       const Shape y =
                           max_pool(graph.input("like x", p.image()), p.how.window, p.how.stride).shape();
                       const Point ybar = leaf(graph, "ybar", y, p.batch_size, {}, 1);
                       return Example{average_pool_gradient(ybar.leaf, p.rows, p.columns, p.how), {ybar}};
                     }});
  }
}

void add_dropout_mask(std::vector<OpCase>& cases) {
  for (const Index batch_size : {1, 3})
    cases.push_back(
        {"dropout_mask", "a batch of " + std::to_string(batch_size), [batch_size](Graph& graph) {
           const Point x = leaf(graph, "x", {batch, 5, 2}, batch_size);
           const Point key = leaf_of(graph, "key", {RandomKey::size}, 1, {7, 12, 0, 1, 3, 0, 0, 0});
           const DropoutMask mask{x.leaf.shape(), 0.4, 2};
           return Example{apply(mask, {key.leaf}), {key, x}};
         }});
}

}  // namespace

void add_image_cases(std::vector<OpCase>& cases) {
  add_convolutions(cases);
  add_poolings(cases);
  add_dropout_mask(cases);
}

}  // namespace gradus
