#include <gradus/dump/algebra.hpp>
#include <gradus/dump/update_lines.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>

namespace gradus {
namespace {

const Formula& theta() {
  static const Formula symbol = formula::symbol("θ");
  return symbol;
}

/// The line with θ for a parameter, and for its derivatives those of θ.
TextbookLine for_theta(TextbookLine line, const Node& parameter, const Formula& symbol,
                       const GradientNames& gradients) {
  const auto put = [&](Formula& formula) {
    for (const auto& [of, name] : gradients)
      if (of == &parameter) {
        const bool accent =
            name.kind == Formula::Kind::scripts && name.parts[0].kind == Formula::Kind::accent;
        formula = formula::replaced(
            formula, name,
            accent ? formula::accent("bar", theta()) : formula::replaced(name, symbol, theta()));
      }
    formula = formula::replaced(formula, symbol, theta());
  };
  put(line.left);
  for (TextbookTerm& term : line.terms) put(term.value);
  return line;
}

bool same(const TextbookLine& a, const TextbookLine& b) {
  return a.left == b.left && a.assigns == b.assigns && a.terms.size() == b.terms.size() &&
         std::ranges::equal(a.terms, b.terms, {}, &TextbookTerm::value, &TextbookTerm::value);
}

}  // namespace

UpdateLines::UpdateLines(const Graph& graph, Symbols& symbols) : graph_(graph), symbols_(symbols) {
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (as<Assign>(node.op()) != nullptr) assignment_of_.emplace(node.inputs()[1], &node);
    if (node.section() != Section::update) continue;
    for (const Node* input : node.inputs())
      if (as<VariableRead>(input->op()) != nullptr) readers_[input].push_back(&node);
  }
}

bool UpdateLines::may_overwrite(const Node& variable, const Node& value, const Node& assignment) const {
  const auto found = readers_.find(&variable);
  if (found == readers_.end()) return true;
  std::set<const Node*> before{&value, &assignment};
  std::vector<const Node*> open{&value};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    for (const Node* input : node->inputs())
      if (input->section() == Section::update && before.insert(input).second) open.push_back(input);
  }
  return std::ranges::all_of(found->second, [&](const Node* reader) { return before.contains(reader); });
}

const Node* UpdateLines::parameter_of(const Node& node) const {
  const std::string& of = node.origin().of;
  const Node& owner = graph_.contains(of) ? graph_.find(of).node() : node;
  const VariableRead* stored = as<VariableRead>(owner.op());
  return stored != nullptr && stored->variable_kind == VariableKind::parameter ? &owner : nullptr;
}

void UpdateLines::add(Formula left, bool assigns, Formula value, const Node& node, const Node* parameter) {
  lines_.push_back(
      {{std::move(left), assigns, {{std::move(value), "", {}, nullptr}}, node.shape(), &node, nullptr, {}},
       parameter});
}

std::optional<Formula> UpdateLines::stored(const Node& value, const Formula& formula, bool read_by_others) {
  const auto found = assignment_of_.find(&value);
  if (found == assignment_of_.end()) return std::nullopt;
  const Node& assignment = *found->second;
  const Node& variable = *assignment.inputs()[0];
  const bool overwrites = may_overwrite(variable, value, assignment);
  if (overwrites && !read_by_others) return std::nullopt;
  Formula symbol = symbols_.of(variable);
  const Node* parameter = parameter_of(variable);
  written_.insert(&assignment);
  if (overwrites) {
    add(symbol, true, formula, value, parameter);
    return symbol;
  }
  const Formula next = symbols_.unique(formula::power(symbol, formula::operation("+")));
  add(next, false, formula, value, parameter);
  last_.push_back(
      {{symbol, true, {{next, "", {}, nullptr}}, value.shape(), &assignment, nullptr, {}}, parameter});
  return next;
}

void UpdateLines::assign(const Node& assignment, const Formula& value) {
  if (written_.contains(&assignment)) return;
  const Node& variable = *assignment.inputs()[0];
  add(symbols_.of(variable), true, value, assignment, parameter_of(variable));
}

Formula UpdateLines::gradient(const Node& node, const Node& parameter, Formula formula) {
  const Formula symbol = symbols_.unique(formula::scripts(formula::symbol("g"), symbols_.of(parameter), {}));
  add(symbol, false, std::move(formula), node, &parameter);
  return symbol;
}

Formula UpdateLines::temporary(const Node& node, Formula formula) {
  const Node* parameter = parameter_of(node);
  const Formula symbol =
      parameter == nullptr
          ? symbols_.of(node, formula)
          : symbols_.unique(formula::scripts(formula::symbol("u"), symbols_.of(*parameter), {}));
  add(symbol, false, std::move(formula), node, parameter);
  return symbol;
}

std::vector<TextbookLine> UpdateLines::grouped_run(std::vector<Owned> run,
                                                   const GradientNames& gradients) const {
  struct Group {
    std::size_t position;
    TextbookLine alone;
    TextbookLine general;
    std::vector<Formula> parameters;
  };
  std::vector<Group> groups;
  std::unordered_map<const Node*, std::size_t> positions;
  for (Owned& each : run) {
    const std::size_t position = positions[each.parameter]++;
    const Formula symbol = symbols_.of(*each.parameter);
    TextbookLine general = for_theta(each.line, *each.parameter, symbol, gradients);
    const auto found = std::ranges::find_if(
        groups, [&](const Group& g) { return g.position == position && same(g.general, general); });
    if (found != groups.end())
      found->parameters.push_back(symbol);
    else
      groups.push_back({position, std::move(each.line), std::move(general), {symbol}});
  }
  std::ranges::stable_sort(groups, {}, &Group::position);
  std::vector<TextbookLine> result;
  for (Group& group : groups) {
    const bool several = group.parameters.size() > 1;
    result.push_back(several ? std::move(group.general) : std::move(group.alone));
    if (several) result.back().parameters = std::move(group.parameters);
  }
  return result;
}

std::vector<TextbookLine> UpdateLines::grouped(const GradientNames& gradients) {
  std::ranges::move(last_, std::back_inserter(lines_));
  last_.clear();
  std::vector<TextbookLine> result;
  std::vector<Owned> run;
  const auto finish_run = [&] {
    std::ranges::move(grouped_run(std::move(run), gradients), std::back_inserter(result));
    run.clear();
  };
  // What parameters share, and nothing of theirs goes into, stands before them.
  for (Owned& each : lines_) {
    if (each.parameter != nullptr) {
      run.push_back(std::move(each));
      continue;
    }
    const TextbookLine& line = each.line;
    const bool tied = std::ranges::any_of(run, [&](const Owned& before) {
      return formula::contains(line.terms[0].value, before.line.left) ||
             (line.assigns && formula::contains(before.line.terms[0].value, line.left));
    });
    if (tied) finish_run();
    result.push_back(std::move(each.line));
  }
  finish_run();
  return result;
}

}  // namespace gradus
