#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>

namespace gradus {
namespace {

const std::vector<Size>& sizes() {
  static const std::vector<Size> all{
      {"one row", {4}},
      {"a batch of 1", {batch, 3}, 1},
      {"a batch of 5", {batch, 4}, 5},
      {"three axes", {batch, 2, 3}, 2},
      {"rows of one entry", {3, 1}},
  };
  return all;
}

void add_softmax(std::vector<OpCase>& cases, std::string_view op, Expr (*f)(Expr, SourceLocation)) {
  for (const Size& size : sizes())
    cases.push_back({op, size.what, [size, f](Graph& graph) {
                       const Point x = leaf(graph, "x", size.shape, size.batch_size, {-3, 3});
                       return Example{f(x.leaf, SourceLocation::unknown()), {x}};
                     }});
}

void add_cross_entropy(std::vector<OpCase>& cases) {
  for (const Size& size : sizes()) {
    cases.push_back({"cross_entropy", "any targets, " + size.what, [size](Graph& graph) {
                       const Point p = leaf(graph, "p", size.shape, size.batch_size, {0.2, 1});
                       const Point t = leaf(graph, "t", size.shape, size.batch_size, {0.1, 1}, 1);
                       return Example{cross_entropy(p.leaf, t.leaf), {p, t}};
                     }});
    cases.push_back({"cross_entropy", "one-hot targets, " + size.what, [size](Graph& graph) {
                       const Point p = leaf(graph, "p", size.shape, size.batch_size, {0.2, 1});
                       const Index classes = size.shape.back().at(1);
                       std::vector<double> values;
                       for (Index i = 0; i < size.shape.count(size.batch_size); ++i)
                         values.push_back(i % classes == i / classes % classes ? 1 : 0);
                       const Point t = leaf_of(graph, "t", size.shape, size.batch_size, values);
                       return Example{cross_entropy(p.leaf, t.leaf), {p}, {t}};
                     }});
  }
}

void add_one_hot(std::vector<OpCase>& cases) {
  const auto add = [&](const std::string& what, const Shape& shape, Index batch_size, Index classes) {
    cases.push_back({"one_hot", what, [=](Graph& graph) {
                       std::vector<double> values;
                       for (Index i = 0; i < shape.count(batch_size); ++i)
                         values.push_back(static_cast<double>(i * 2 % classes));
                       const Point x = leaf_of(graph, "x", shape, batch_size, values);
                       return Example{one_hot(x.leaf, classes), {}, {x}};
                     }});
  };
  add("a scalar", {}, 1, 3);
  add("a batch of 1", {batch}, 1, 4);
  add("a batch of 5", {batch}, 5, 3);
  add("two axes", {batch, 2}, 3, 5);
  add("one class", {3}, 1, 1);
}

}  // namespace

void add_row_cases(std::vector<OpCase>& cases) {
  add_softmax(cases, "softmax", softmax);
  add_softmax(cases, "log_softmax", log_softmax);
  add_cross_entropy(cases);
  add_one_hot(cases);
}

}  // namespace gradus
