#include <gradus/base/nearest.hpp>
#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/registry.hpp>

namespace gradus {
namespace {

/// Second derivatives are sums of more and larger terms.
constexpr double second_order_tolerance = 1e-7;

GradientCheck check(const OpCase& op_case, bool second) {
  Graph graph;
  const Example example = op_case.build(graph);
  std::vector<Point> points = example.at;
  points.insert(points.end(), example.fixed.begin(), example.fixed.end());
  Exprs wrt;
  for (const Point& point : example.at) wrt.push_back(point.leaf);
  GradientCheckOptions options;
  if (!second) return check_gradient(example.y, wrt, points, options);
  options.tolerance = second_order_tolerance;
  return check_second_gradient(example.y, wrt, points, options);
}

void keep_worse(GradientCheck& worst, const GradientCheck& found) {
  const bool passed = worst.passed && found.passed;
  if (worst.of.empty() || found.error > worst.error) worst = found;
  worst.passed = passed;
}

OpCheck check_op(std::string_view op) {
  OpCheck result;
  result.op = op;
  for (const OpCase* op_case : cases_of(op)) {
    ++result.cases;
    keep_worse(result.first, check(*op_case, false));
    keep_worse(result.second, check(*op_case, true));
  }
  result.passed = result.cases > 0 && result.first.passed && result.second.passed;
  return result;
}

}  // namespace

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = [] {
    std::vector<OpCase> all;
    add_unary_cases(all);
    add_binary_cases(all);
    add_reduction_cases(all);
    add_row_cases(all);
    add_layout_cases(all);
    add_product_cases(all);
    add_image_cases(all);
    return all;
  }();
  return cases;
}

std::vector<const OpCase*> cases_of(std::string_view op) {
  std::vector<const OpCase*> result;
  for (const OpCase& op_case : op_cases())
    if (op_case.op == op) result.push_back(&op_case);
  return result;
}

std::vector<OpCheck> check_ops(std::span<const std::string> names) {
  std::vector<std::string> known;
  for (const Description* op : registered_ops()) known.emplace_back(op->name);
  for (const std::string& name : names) require_known("op", name, known);
  std::vector<OpCheck> result;
  for (const std::string& name : names.empty() ? std::span<const std::string>(known) : names)
    result.push_back(check_op(name));
  return result;
}

}  // namespace gradus
