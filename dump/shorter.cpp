#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivative.hpp>
#include <gradus/dump/shorter.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/rule.hpp>

#include <algorithm>
#include <exception>
#include <set>

namespace gradus {
namespace {

/// What takes more nodes than these to write in symbols is not short.
constexpr std::size_t most_nodes = 40;
constexpr std::size_t most_lines = 100;

/// A graph behind the passes that compute with equations, as far as some of its values need it.
struct Simplified {
  LoweredGraph lowered;
  std::map<const Node*, const Node*> now;                            ///< by node of the graph before
  std::map<std::string, std::vector<const Rule*>, std::less<>> why;  ///< by the node whose VJP was rewritten
};

/// Does it change what one writes, and not only where numbers are repeated or how they are shaped?
bool shows(const Rule& rule, const Node& replaced, const Notation& notation) {
  return !notation.is_transparent(replaced) && !rule.equation().right.form().repeats;
}

Simplified simplified(const Graph& graph, const std::vector<const Node*>& values, const Notation& notation) {
  Simplified result{{std::shared_ptr<const Graph>(std::shared_ptr<void>(), &graph), {}}, {}, {}};
  for (const Node* value : values) result.lowered.roots.emplace_back(*value);
  for (const auto& pass : {stabilise, simplify}) {
    result.lowered = pass(result.lowered);
    for (const auto& [name, rule] : result.lowered.applied) {
      if (!graph.contains(name)) continue;
      const Node& replaced = graph.find(name).node();
      if (shows(*rule, replaced, notation)) result.why[replaced.origin().of].push_back(rule);
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    result.now.emplace(values[i], &result.lowered.roots[i].node());
  return result;
}

class Shortening {
 public:
  Shortening(Textbook& book, const Graph& graph, const std::vector<char>& scalar, const Notation& notation,
             std::map<std::string_view, Formula>& definitions)
      : book_(book), scalar_(scalar), notation_(notation), definitions_(definitions) {
    std::vector<const Node*> values;
    for (const TextbookSymbol& given : book.given) values.push_back(given.node);
    for (const TextbookLine& line : book.forward) values.push_back(line.node);
    for (TextbookBackward& part : book.backward)
      for (TextbookLine& line : part.lines) {
        values.push_back(line.node);
        line_of_.emplace(to_latex(line.left), lines_.size());
        lines_.push_back(&line);
      }
    simplified_ = simplified(graph, values, notation);
  }

  void run() {
    for (const TextbookSymbol& given : book_.given)
      if (given.parameters.empty()) know(given.symbol, *given.node);
    for (const TextbookLine& line : book_.forward) know(line.left, *line.node);
    for (TextbookLine* line : lines_) {
      reads_.push_back(reads(line->terms));
      if (line->of != nullptr) shorten(*line);
      const bool number = line->terms.size() == 1 && line->terms[0].value.kind == Formula::Kind::number;
      know(number ? line->terms[0].value : line->left, *line->node);
    }
    fold();
  }

 private:
  void know(const Formula& symbol, const Node& node) {
    symbols_.try_emplace(simplified_.now.at(&node), WrittenInput{symbol, scalar_[node.id()] != 0});
  }

  /// The lines of derivatives whose symbols stand there, each as often as it does.
  void collect(const Formula& formula, std::vector<std::size_t>& found) const {
    using Kind = Formula::Kind;
    if (formula.kind == Kind::accent || formula.kind == Kind::scripts || formula.kind == Kind::fraction ||
        formula.kind == Kind::name || formula.kind == Kind::symbol)
      if (const auto line = line_of_.find(to_latex(formula)); line != line_of_.end()) {
        found.push_back(line->second);
        return;
      }
    // An exponent is no part of the symbol.
    if (formula.kind == Kind::scripts && !formula.parts[2].empty())
      collect(formula::scripts(formula.parts[0], formula.parts[1], {}), found);
    else
      for (const Formula& part : formula.parts) collect(part, found);
  }

  std::vector<std::size_t> reads(const std::vector<TextbookTerm>& terms) const {
    std::vector<std::size_t> found;
    for (const TextbookTerm& term : terms) collect(term.value, found);
    return found;
  }

  std::vector<std::size_t> reads(const Formula& formula) const {
    std::vector<std::size_t> found;
    collect(formula, found);
    return found;
  }

  /// The rewritten node in the book's symbols; nothing where it takes others, or many nodes.
  std::optional<Formula> written(const Node& node) {
    KnownNodes known;
    std::vector<const Node*> between;
    std::set<const Node*> seen;
    std::vector<const Node*> open{&node};
    while (!open.empty()) {
      const Node& next = *open.back();
      open.pop_back();
      if (!seen.insert(&next).second) continue;
      const Constant* constant = as<Constant>(next.op());
      if (const auto symbol = symbols_.find(&next); symbol != symbols_.end()) {
        known.insert(*symbol);
      } else if (constant != nullptr && constant->values.size() == 1) {
        known[&next] = {formula::number_of(constant->values[0]), true};
      } else if (next.op().kind() == Kind::source || seen.size() > most_nodes) {
        return std::nullopt;
      } else {
        between.push_back(&next);
        open.insert(open.end(), next.inputs().begin(), next.inputs().end());
      }
    }
    Formula formula = written_of(Expr(node), known, notation_);
    for (const Node* each : between)
      if (const auto meaning = notation_.definition(*each))
        new_definitions_.emplace(each->op().name(), *meaning);
    return formula;
  }

  /// The line and those that stand behind its symbols, up to those that `others` read; the nearest ones where
  /// these are many.
  std::set<std::size_t> region(std::size_t line, const std::vector<std::size_t>& others) const {
    std::set<std::size_t> result;
    std::vector<std::size_t> open{line};
    while (!open.empty() && result.size() < most_lines) {
      const std::size_t next = open.back();
      open.pop_back();
      if (std::ranges::find(others, next) != others.end() || !result.insert(next).second) continue;
      open.insert(open.end(), reads_[next].begin(), reads_[next].end());
    }
    return result;
  }

  /// Is the line longer than `length` when it is written without the symbols of the region's other lines?
  bool is_longer(std::size_t line, const std::set<std::size_t>& region, std::size_t length) const {
    std::size_t total = 1;
    std::vector<std::size_t> open{line};
    while (!open.empty() && total <= length) {
      const std::size_t next = open.back();
      open.pop_back();
      --total;  // its symbol
      for (const TextbookTerm& term : lines_[next]->terms) total += formula::leaves(term.value);
      for (const std::size_t read : reads_[next])
        if (region.contains(read)) open.push_back(read);
    }
    return total > length;
  }

  void shorten(TextbookLine& line) {
    new_definitions_.clear();
    std::optional<Formula> formula = written(*simplified_.now.at(line.node));
    if (!formula) return;
    const std::size_t at = reads_.size() - 1;
    const std::set<std::size_t> region = this->region(at, reads(*formula));
    if (!is_longer(at, region, formula::leaves(*formula))) return;
    line.shorter = std::move(formula);
    definitions_.merge(new_definitions_);
    for (const std::size_t each : region)
      for (const TextbookTerm& term : lines_[each]->terms) {
        if (term.use == nullptr) continue;
        const auto rules = simplified_.why.find(term.use->name());
        if (rules == simplified_.why.end()) continue;
        for (const Rule* rule : rules->second)
          if (std::ranges::find(line.shortened_by, rule) == line.shortened_by.end())
            line.shortened_by.push_back(rule);
      }
  }

  /// A derivative that no line has read is a result, as those of parameters are.
  bool is_result(std::size_t at, const std::set<std::size_t>& read) const {
    const TextbookLine& line = *lines_[at];
    const VariableRead* stored = line.of != nullptr ? as<VariableRead>(line.of->op()) : nullptr;
    const bool of_root = std::ranges::any_of(book_.backward, [&](const TextbookBackward& part) {
      return !part.lines.empty() && &part.lines.front() == &line;
    });
    return of_root || !read.contains(at) ||
           (stored != nullptr && stored->variable_kind == VariableKind::parameter);
  }

  void fold() {
    std::set<std::size_t> read;
    for (const auto& each : reads_) read.insert(each.begin(), each.end());
    std::set<std::size_t> needed;
    for (const auto* lines : {&book_.forward, &book_.update})
      for (const TextbookLine& line : *lines)
        for (const std::size_t each : reads(line.terms)) needed.insert(each);
    for (std::size_t at = lines_.size(); at-- > 0;) {
      TextbookLine& line = *lines_[at];
      line.folded = !needed.contains(at) && !is_result(at, read);
      if (line.folded) continue;
      const auto now = line.shorter ? reads(*line.shorter) : reads_[at];
      needed.insert(now.begin(), now.end());
    }
  }

  Textbook& book_;
  const std::vector<char>& scalar_;  ///< by node of the graph before
  const Notation& notation_;
  std::map<std::string_view, Formula>& definitions_;
  std::map<std::string_view, Formula> new_definitions_;
  Simplified simplified_;
  std::vector<TextbookLine*> lines_;             ///< of the derivatives
  std::map<std::string, std::size_t> line_of_;   ///< by its symbol
  std::vector<std::vector<std::size_t>> reads_;  ///< by line: the lines it reads as declared
  KnownNodes symbols_;  ///< of the rewritten graph's nodes, as far as the book has come
};

}  // namespace

void write_shorter_forms(Textbook& book, const Graph& graph, const std::vector<char>& scalar,
                         const Notation& notation, std::map<std::string_view, Formula>& definitions) {
  std::optional<Shortening> shortening;
  try {
    shortening.emplace(book, graph, scalar, notation, definitions);
  } catch (const std::exception&) {
    return;  // rules of the user's own that fail say nothing about the book
  }
  shortening->run();
}

}  // namespace gradus
