#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/detail/one_hot_rows.hpp>
#include <gradus/ops/elementwise.hpp>
#include <gradus/ops/one_hot.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {
namespace {

bool same_along_rows(const Expr& x) {
  if (fill_value(x)) return true;
  if (as<Broadcast>(x) == nullptr) return false;
  const Shape& source = x.input(0).shape();
  return source.is_scalar() || source.back() == Dim(1);
}

bool is_row_sum(const Expr& sum) {
  const auto& op = *as<Sum>(sum);
  const std::size_t rank = sum.input(0).shape().rank();
  return op.keep && op.axes.size() == 1 && op.reduced(rank)[rank - 1];
}

}  // namespace

std::vector<Rule> rows_of_one_hot() {
  const Unknown c("c");
  const Unknown p("p");
  const Unknown t("t");
  const auto rule = [&](const char* name, const Pattern& row, const Pattern& right,
                        std::vector<Condition> where, Patterns examples) {
    const Pattern total = sum(row);
    where.insert(where.begin(), is<OneHot>(t));
    where.push_back(
        {"the sum is along rows", [total](const Match& match) { return is_row_sum(match[total]); }});
    return Rule(name, row - p * broadcast(total) == right, std::move(where), std::move(examples));
  };
  const Condition constant_along_rows{"c is the same along each row",
                                      [c](const Match& match) { return same_along_rows(match[c]); }};
  const Pattern scaled = broadcast(c) * call<OneHot>({t});
  return {rule("row of one_hot", t, t - p, {}, {}), rule("negative row of one_hot", -t, p - t, {}, {}),
          rule("scaled row of one_hot", c * t, c * (t - p), {constant_along_rows},
               {scaled - p * broadcast(sum(scaled))})};
}

}  // namespace gradus
