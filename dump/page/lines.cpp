#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/dump/page/in_training.hpp>
#include <gradus/dump/page/lines.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace gradus::page {

using nlohmann::json;

namespace {

/// More values in a row than these are no picture.
constexpr std::size_t most_lines = 120;

json written(const Formula& formula) {
  return {{"text", to_text(formula)}, {"math", to_mathml(formula)}, {"latex", to_latex(formula)}};
}

class Writer {
 public:
  Writer(const Graph& graph, bool training)
      : book_(training ? in_training(textbook(graph)) : textbook(graph)) {
    for (const Adjoint& adjoint : graph.adjoints()) totals_.emplace(adjoint.of, &adjoint.total.node());
    for (const TextbookSymbol& given : book_.given)
      if (given.parameters.empty()) symbols_.emplace_back(given.node, given.symbol);
    for (const TextbookLine& line : book_.forward) symbols_.emplace_back(line.node, line.left);
    for (const TextbookBackward& part : book_.backward)
      for (const TextbookLine& line : part.lines) symbols_.emplace_back(line.node, line.left);
    use_own_names();
    fold_forward();
  }

  json write() const {
    if (book_.forward.empty() || book_.forward.size() > most_lines || book_.backward.size() > 1)
      return nullptr;
    json result{{"given", json::array()},
                {"forward", json::array()},
                {"backward", json::array()},
                {"update", json::array()}};
    for (const TextbookSymbol& given : book_.given)
      result["given"].push_back({{"node", given.node->id()}, {"symbol", written(given.symbol)}});
    for (const TextbookLine& line : book_.forward) result["forward"].push_back(of_line(line));
    for (const TextbookBackward& part : book_.backward)
      for (const TextbookLine& line : part.lines) result["backward"].push_back(of_derivative(line));
    for (const TextbookLine& line : book_.update) result["update"].push_back(of_update(line));
    return result;
  }

 private:
  static Formula right_side(const TextbookLine& line) {
    std::vector<formula::Term> terms;
    for (const TextbookTerm& term : line.terms) terms.push_back({false, term.value});
    return formula::sum(std::move(terms));
  }

  /// A derivative that is passed on unchanged is one node with the symbols of several values: what flows on
  /// from one of them is written with its own.
  void use_own_names() {
    std::map<const Node*, Formula> named;  // by what a derivative is of: its own symbol
    std::map<const Node*, Formula> first;  // by the node: the symbol that stands for it in formulas
    for (const TextbookBackward& part : book_.backward)
      for (const TextbookLine& line : part.lines)
        if (line.of != nullptr) {
          named.emplace(line.of, line.left);
          first.emplace(line.node, line.left);
        }
    const auto renamed = [&](const Formula& formula, const Node* of) {
      const auto own = named.find(of);
      const auto total = totals_.find(of);
      if (own == named.end() || total == totals_.end() || !first.contains(total->second)) return formula;
      return formula::replaced(formula, first.at(total->second), own->second);
    };
    for (TextbookBackward& part : book_.backward)
      for (TextbookLine& line : part.lines)
        for (TextbookTerm& term : line.terms)
          if (term.use != nullptr) term.value = renamed(term.value, term.use);
    for (TextbookLine& line : book_.update)
      for (const auto& [node, symbol] : symbols_)
        if (symbol == line.left && line.parameters.empty())
          for (TextbookTerm& term : line.terms) term.value = renamed(term.value, node);
  }

  /// A value whose derivative is folded away is written into the line that reads it, where one alone does: ℓ
  /// into L = (1/n) Σ ℓ.
  void fold_forward() {
    std::set<const Node*> without_derivative;
    for (const TextbookBackward& part : book_.backward)
      for (const TextbookLine& line : part.lines)
        if (line.folded && line.of != nullptr) without_derivative.insert(line.of);
    for (TextbookLine& line : book_.forward) {
      if (!without_derivative.contains(line.node)) continue;
      const auto mentions = [&](const TextbookLine& other) {
        return &other != &line && !other.folded &&
               formula::mentions(other.shorter ? *other.shorter : right_side(other), line.left);
      };
      std::size_t readers = 0;
      TextbookLine* reader = nullptr;
      for (TextbookLine& other : book_.forward)
        if (mentions(other)) {
          ++readers;
          reader = &other;
        }
      for (const TextbookBackward& part : book_.backward)
        readers += static_cast<std::size_t>(std::ranges::count_if(part.lines, mentions));
      if (readers != 1 || reader == nullptr) continue;
      const Formula value = formula::bracketed(right_side(line), Formula::Binding::product);
      for (TextbookTerm& term : reader->terms) term.value = formula::replaced(term.value, line.left, value);
      line.folded = true;
    }
  }

  json reads(const TextbookLine& line, const Formula& right) const {
    json result = json::array();
    for (const auto& [node, symbol] : symbols_)
      if (symbol != line.left && formula::mentions(right, symbol)) result.push_back(node->id());
    return result;
  }

  json of_line(const TextbookLine& line) const {
    const Formula right = right_side(line);
    json result{{"node", line.node->id()},
                {"symbol", written(line.left)},
                {"formula", written(right)},
                {"reads", reads(line, line.shorter ? *line.shorter : right)}};
    if (line.shorter) result["shorter"] = written(*line.shorter);
    if (line.folded) result["folded"] = true;
    return result;
  }

  json of_derivative(const TextbookLine& line) const {
    json result = of_line(line);
    if (line.of != nullptr) result["of"] = line.of->id();
    json rules = json::array();
    for (const TextbookTerm& term : line.terms)
      if (term.use != nullptr) rules.push_back(term.use->id());
    result["rules"] = std::move(rules);
    if (line.terms.size() == 1 && line.terms[0].use != nullptr)
      if (json slope = slope_of(line, *line.terms[0].use); !slope.is_null())
        result["slope"] = std::move(slope);
    return result;
  }

  /// What an elementwise function's ȳ is multiplied by, where the graph has it as a node.
  json slope_of(const TextbookLine& line, const Node& use) const {
    if (use.op().kind() != Kind::elementwise || use.inputs().size() != 1) return nullptr;
    const auto incoming = totals_.find(&use);
    if (incoming == totals_.end() || line.node->inputs().size() != 2) return nullptr;
    const std::vector<const Node*> inputs(line.node->inputs().begin(), line.node->inputs().end());
    const auto at = std::ranges::find(inputs, incoming->second);
    if (line.node->op().name() != "multiply" || at == inputs.end()) return nullptr;
    const Node& slope = at == inputs.begin() ? *inputs[1] : *inputs[0];
    if (&slope == incoming->second) return nullptr;
    const auto x = symbol_of(*use.inputs()[0]);
    const auto y = symbol_of(use);
    if (!x || !y) return nullptr;
    const std::vector<Formula> factors = slopes_of(use, notation_, {*x}, *y);
    if (factors.empty() || factors[0].empty()) return nullptr;
    return {{"node", slope.id()}, {"of", use.id()}, {"formula", written(factors[0])}};
  }

  std::optional<Formula> symbol_of(const Node& node) const {
    const auto found = std::ranges::find(symbols_, &node, [](const auto& each) { return each.first; });
    if (found == symbols_.end()) return {};
    return found->second;
  }

  json of_update(const TextbookLine& line) const {
    const Formula right = right_side(line);
    json result{{"symbol", written(line.left)}, {"formula", written(right)}, {"assigns", line.assigns}};
    if (line.node != nullptr) result["node"] = line.node->id();
    json parameters = json::array();
    for (const Formula& parameter : line.parameters) parameters.push_back(to_text(parameter));
    result["parameters"] = std::move(parameters);
    return result;
  }

  Textbook book_;
  Notation notation_;
  std::map<const Node*, const Node*> totals_;
  std::vector<std::pair<const Node*, Formula>> symbols_;
};

}  // namespace

json lines(const Graph& graph, bool training) { return Writer(graph, training).write(); }

}  // namespace gradus::page
