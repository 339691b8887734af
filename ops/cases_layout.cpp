#include <fmt/format.h>

#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>

namespace gradus {
namespace {

using Unary = std::function<Expr(Expr x)>;

void add(std::vector<OpCase>& cases, std::string_view op, const std::string& what, const Shape& shape,
         Index batch_size, const Unary& f) {
  cases.push_back({op, what, [=](Graph& graph) {
                     const Point x = leaf(graph, "x", shape, batch_size);
                     return Example{f(x.leaf), {x}};
                   }});
}

void add_broadcast(std::vector<OpCase>& cases) {
  const auto to = [&](const std::string& what, const Shape& from, const Shape& shape, Index batch_size) {
    add(cases, "broadcast", what, from, batch_size, [shape](Expr x) { return broadcast_to(x, shape); });
  };
  to("a scalar to a row", {}, {1, 3}, 1);
  to("a scalar to two axes", {}, {3, 4}, 1);
  to("a row to three rows", {4}, {3, 4}, 1);
  to("a column to three columns", {4, 1}, {4, 3}, 1);
  to("both ends", {1, 3, 1}, {2, 3, 4}, 1);
  to("the middle", {2, 1, 3}, {2, 4, 3}, 1);
  to("new and old axes", {3, 1}, {2, 3, 4}, 1);
  to("each example's number", {batch, 1}, {batch, 5}, 3);
  to("each example's number, a batch of 1", {batch, 1}, {batch, 5}, 1);
  to("more than one tile", {37}, {11, 37}, 1);
}

void add_reshape(std::vector<OpCase>& cases) {
  const auto to = [&](const std::string& what, const Shape& from, const Shape& shape, Index batch_size) {
    add(cases, "reshape", what, from, batch_size, [shape](Expr x) { return reshape(x, shape); });
  };
  to("flat", {2, 3, 2}, {12}, 1);
  to("each example flat", {batch, 2, 3}, {batch, 6}, 3);
  to("each example a picture", {batch, 6}, {batch, 1, 2, 3}, 1);
  to("an axis of size 1", {batch}, {batch, 1}, 4);
  to("a scalar", {1, 1}, {}, 1);
}

void add_slice(std::vector<OpCase>& cases) {
  const auto of = [&](const std::string& what, const Shape& from, Index batch_size, Index axis, Index begin,
                      Index end) {
    add(cases, "slice", what, from, batch_size, [=](Expr x) { return slice(x, axis, begin, end); });
  };
  of("columns of a batch", {batch, 5}, 3, 1, 1, 4);
  of("the last column, a batch of 1", {batch, 5}, 1, -1, 4, 5);
  of("rows", {5, 2}, 1, 0, 0, 2);
  of("the middle axis", {2, 4, 3}, 1, -2, 1, 3);
  of("everything", {4}, 1, 0, 0, 4);
}

void add_concatenate(std::vector<OpCase>& cases) {
  const auto of = [&](const std::string& what, const std::vector<Shape>& shapes, Index batch_size,
                      Index axis) {
    cases.push_back({"concatenate", what, [=](Graph& graph) {
                       Example example;
                       Exprs parts;
                       for (std::size_t i = 0; i < shapes.size(); ++i) {
                         const int salt = static_cast<int>(i);
                         example.at.push_back(
                             leaf(graph, fmt::format("x{}", i), shapes[i], batch_size, {}, salt));
                         parts.push_back(example.at.back().leaf);
                       }
                       example.y = concatenate(parts, axis);
                       return example;
                     }});
  };
  of("columns of a batch of 3", {{batch, 2}, {batch, 1}, {batch, 3}}, 3, 1);
  of("columns of a batch of 1", {{batch, 2}, {batch, 2}}, 1, -1);
  of("rows", {{2, 3}, {1, 3}, {4, 3}}, 1, 0);
  of("the middle axis", {{2, 1, 3}, {2, 4, 3}}, 1, 1);
  of("one part", {{4}}, 1, 0);
  cases.push_back({"concatenate", "one value twice", [](Graph& graph) {
                     const Point x = leaf(graph, "x", {batch, 2}, 2);
                     return Example{concatenate({x.leaf, x.leaf}, 1), {x}};
                   }});
}

}  // namespace

void add_layout_cases(std::vector<OpCase>& cases) {
  add_broadcast(cases);
  add_reshape(cases);
  add_slice(cases);
  add_concatenate(cases);
  add(cases, "transpose", "a batch of 3", {batch, 2}, 3, [](Expr x) { return transpose(x); });
  add(cases, "transpose", "a batch of 1", {batch, 4}, 1, [](Expr x) { return transpose(x); });
  add(cases, "transpose", "a matrix", {3, 5}, 1, [](Expr x) { return transpose(x); });
}

}  // namespace gradus
