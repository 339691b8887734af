#include <gradus/base/nearest.hpp>
#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/registry.hpp>

#include <fmt/format.h>

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

OpCheck check_op(std::string_view op, std::span<const OwnOp> own) {
  OpCheck result;
  result.op = op;
  for (const OpCase* op_case : cases_of(op, own)) {
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

std::vector<const OpCase*> cases_of(std::string_view op, std::span<const OwnOp> own) {
  std::vector<const OpCase*> result;
  const auto add = [&](const std::vector<OpCase>& cases) {
    for (const OpCase& op_case : cases)
      if (op_case.op == op) result.push_back(&op_case);
  };
  add(op_cases());
  for (const OwnOp& each : own) add(each.cases);
  return result;
}

OpExamples elementwise_examples(std::size_t inputs, const std::function<Expr(const Exprs&)>& op) {
  OpExamples examples;
  for (const Size& size : {Size{"a batch", {batch, 5}, 3}, Size{"three axes", {2, 3, 4}}})
    examples.emplace_back([=](Graph& graph) {
      Example example;
      Exprs leaves;
      for (std::size_t i = 0; i < inputs; ++i) {
        const Spread off_zero{-2, 2, 0};
        example.at.push_back(
            leaf(graph, fmt::format("x{}", i), size.shape, size.batch_size, off_zero, static_cast<int>(i)));
        leaves.push_back(example.at.back().leaf);
      }
      example.y = op(leaves);
      return example;
    });
  return examples;
}

std::vector<OpCheck> check_ops(std::span<const std::string> names, std::span<const OwnOp> own) {
  std::vector<std::string> known;
  for (const Description* op : registered_ops()) known.emplace_back(op->name);
  for (const OwnOp& op : own) known.emplace_back(op.description->name);
  for (const std::string& name : names) require_known("op", name, known);
  std::vector<OpCheck> result;
  for (const std::string& name : names.empty() ? std::span<const std::string>(known) : names)
    result.push_back(check_op(name, own));
  return result;
}

}  // namespace gradus
