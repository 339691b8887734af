#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>

namespace gradus {
namespace {

struct Over {
  std::string what;
  Shape shape;
  Index batch_size;
  std::vector<Index> axes;
  KeepAxes keep = KeepAxes::no;
};

/// Over any number of axes.
const std::vector<Over>& reductions() {
  static const std::vector<Over> all{
      {"the batch axis", {batch, 3}, 4, {0}},
      {"the batch axis, a batch of 1", {batch, 3}, 1, {0}},
      {"the last axis", {batch, 5}, 3, {-1}},
      {"the last axis, kept", {batch, 5}, 3, {-1}, KeepAxes::yes},
      {"everything", {batch, 4}, 3, {0, 1}},
      {"everything, kept", {2, 3, 2}, 1, {0, 1, 2}, KeepAxes::yes},
      {"the middle axis", {2, 3, 4}, 1, {1}},
      {"the outer axes", {3, 2, 4}, 1, {0, -1}},
      {"two of four axes, not neighbours", {2, 3, 2, 3}, 1, {1, 3}},
      {"two of four axes, not neighbours, kept", {2, 3, 2, 3}, 1, {0, 2}, KeepAxes::yes},
      {"axes named from the back", {2, 3, 4}, 1, {-1, -2}},
      {"an axis of size 1", {3, 1}, 1, {1}},
      {"no axis", {2, 3}, 1, {}},
      {"a scalar", {}, 1, {}},
  };
  return all;
}

using Reduce = std::function<Expr(Expr x, const Over& over)>;

void add(std::vector<OpCase>& cases, std::string_view op, const Reduce& f, bool one_axis = false) {
  for (const Over& over : reductions())
    if (!one_axis || over.axes.size() == 1)
      cases.push_back({op, over.what, [f, over](Graph& graph) {
                         const Point x = leaf(graph, "x", over.shape, over.batch_size);
                         return Example{f(x.leaf, over), {x}};
                       }});
}

}  // namespace

void add_reduction_cases(std::vector<OpCase>& cases) {
  add(cases, "sum", [](Expr x, const Over& over) { return sum(x, over.axes, over.keep); });
  add(cases, "mean", [](Expr x, const Over& over) { return mean(x, over.axes, over.keep); });
  add(cases, "count", [](Expr x, const Over& over) { return count(x, over.axes); });
  add(
      cases, "max", [](Expr x, const Over& over) { return max(x, over.axes[0], over.keep); }, true);
  add(
      cases, "argmax", [](Expr x, const Over& over) { return argmax(x, over.axes[0], over.keep); }, true);
}

}  // namespace gradus
