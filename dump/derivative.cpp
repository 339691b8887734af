#include <gradus/base/error.hpp>
#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>

namespace gradus {
namespace {

Formula adjoint_of(const Formula& y) { return formula::accent("bar", y); }

/// A capital stands for a matrix.
bool is_matrix(const Formula& letter) {
  const Formula& base = letter.kind == Formula::Kind::scripts ? letter.parts[0] : letter;
  return base.text.size() == 1 && base.text[0] >= 'A' && base.text[0] <= 'Z';
}

/// What the VJP builds for each input, written in these letters.
std::vector<Formula> flowing_back(const Node& node, const Notation& notation,
                                  const std::vector<Formula>& letters, const Formula& y,
                                  const Formula& ybar) {
  std::vector<Formula> result(node.inputs().size());
  Graph scratch;
  KnownNodes known;
  Exprs inputs;
  for (std::size_t i = 0; i < node.inputs().size(); ++i) {
    inputs.push_back(scratch.input("input" + std::to_string(i), node.inputs()[i]->shape()));
    known[&inputs.back().node()] = {letters[i], !is_matrix(letters[i])};
  }
  const Expr value = scratch.make(node.shared_op(), inputs, SourceLocation::unknown());
  const Expr back = scratch.input("back", node.shape());
  known[&value.node()] = {y, !is_matrix(y)};
  known[&back.node()] = {ybar, !is_matrix(y)};
  for (std::size_t i = 0; i < inputs.size(); ++i) try {
      const Expr xbar = node.op().vjp(value, back, i);
      result[i] =
          xbar ? written_of(xbar, known, notation, node.op().description().last_axis) : formula::number("0");
    } catch (const Error&) {
      // It has no derivative.
    }
  return result;
}

Formula with_remark(std::vector<Formula> parts, std::string_view remark) {
  if (!remark.empty()) parts.push_back(formula::text(": " + std::string(remark)));
  return formula::row(std::move(parts), Formula::Binding::relation);
}

}  // namespace

Formula written_of(const Expr& e, KnownNodes& known, const Notation& notation, bool along_last) {
  const Node& node = e.node();
  if (const auto found = known.find(&node); found != known.end()) return found->second.formula;
  WrittenInput written{{}, true};
  if (const Fill* fill = as<Fill>(e)) {
    written.formula = formula::number_of(fill->value);
  } else {
    std::vector<WrittenInput> inputs;
    for (const Expr& input : e.inputs()) {
      written_of(input, known, notation, along_last);
      inputs.push_back(known[&input.node()]);
      written.scalar = written.scalar && inputs.back().scalar;
    }
    written.scalar = written.scalar || node.shape().is_scalar();
    written.formula = notation.written(node, inputs, along_last);
  }
  return (known[&node] = std::move(written)).formula;
}

Derivative derivative_of(const Node& node, const Notation& notation) {
  Derivative result{notation.letters(node.op(), node.inputs().size()), {}, node.op().description().remark};
  if (node.inputs().empty() || result.letters.size() < node.inputs().size()) return result;
  const Formula y = formula::symbol(std::ranges::any_of(result.letters, is_matrix) ? "Y" : "y");
  result.to = flowing_back(node, notation, result.letters, y, adjoint_of(y));
  return result;
}

std::vector<Formula> slopes_of(const Node& node, const Notation& notation,
                               const std::vector<Formula>& letters, const Formula& y) {
  return flowing_back(node, notation, letters, y, formula::number("1"));
}

bool Derivative::passes_on(std::size_t input) const {
  return input < to.size() &&
         (to[input] == adjoint_of(formula::symbol("y")) || to[input] == adjoint_of(formula::symbol("Y")));
}

Formula Derivative::to_input(std::size_t input) const {
  if (to.size() < 2 || to[input].empty()) return to_all();
  return with_remark({to[input], formula::text(" to "), letters[input]}, remark);
}

Formula Derivative::to_all() const {
  const auto differs = [&](const Formula& each) { return each != to.front(); };
  if (to.empty() || std::ranges::all_of(to, &Formula::empty)) return {};
  const bool same = std::ranges::none_of(to, differs);
  if (same && (to.size() == 1 || formula::is_number(to.front(), "0")))
    return with_remark({to.front()}, remark);
  if (same) return with_remark({to.front(), formula::text(" to each")}, remark);
  std::vector<Formula> parts;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (i > 0) parts.push_back(formula::text(", "));
    parts.insert(parts.end(), {to[i], formula::text(" to "), letters[i]});
  }
  return with_remark(std::move(parts), remark);
}

}  // namespace gradus
