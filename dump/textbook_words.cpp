#include <gradus/dump/algebra.hpp>
#include <gradus/dump/textbook_words.hpp>

#include <algorithm>

namespace gradus {

bool flattens(const Node& node) {
  if (node.op().kind() != Kind::view || node.section() != Section::forward || node.shape().rank() != 2)
    return false;
  const Shape& from = node.inputs()[0]->shape();
  return from.rank() > 2 && from[0].is_batch() && node.shape()[0].is_batch();
}

Formula flattened(const Formula& value) {
  return formula::row({formula::function("flatten"), formula::group("(", value, ")")},
                      Formula::Binding::applied);
}

const std::pair<std::string_view, Formula>& what_flatten_does() {
  static const std::pair<std::string_view, Formula> words{
      "flatten", formula::row({flattened(formula::symbol("x")),
                               formula::text(": the numbers of each example in one row")},
                              Formula::Binding::relation)};
  return words;
}

const std::pair<std::string_view, Formula>& what_a_star_does() {
  static const std::pair<std::string_view, Formula> words{
      "⋆", formula::row(
               {formula::symbol("w"), formula::operation("⋆"), formula::symbol("x"),
                formula::text(": at each place the kernel times what it covers, summed; "),
                formula::accent("tilde", formula::symbol("w")), formula::text(" is turned by half a turn")},
               Formula::Binding::relation)};
  return words;
}

Formula with_bar(const Formula& of) {
  const bool indexed =
      of.kind == Formula::Kind::scripts && (of.parts[2].empty() || of.parts[2].kind == Formula::Kind::group);
  if (indexed) return formula::scripts(formula::accent("bar", of.parts[0]), of.parts[1], of.parts[2]);
  return formula::accent("bar", of);
}

bool reshapes(const Graph& graph, const std::vector<char>& needed) {
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.op().kind() != Kind::view || node.section() != Section::forward || needed[id] == 0) continue;
    const Shape& from = node.inputs()[0]->shape();
    if (!flattens(node) && from.rank() > 0 && from[0].is_batch() && from.rank() != node.shape().rank())
      return true;
  }
  return false;
}

std::map<const Node*, Formula> symbols_of(const Textbook& book) {
  std::map<const Node*, Formula> symbols;
  for (const TextbookSymbol& given : book.given) symbols.try_emplace(given.node, given.symbol);
  for (const TextbookLine& line : book.forward) symbols.try_emplace(line.node, line.left);
  for (const TextbookBackward& part : book.backward)
    for (const TextbookLine& line : part.lines) symbols.try_emplace(line.node, line.left);
  return symbols;
}

bool counts_examples(const Textbook& book) {
  const Formula n = formula::symbol("n");
  const auto in = [&](const std::vector<TextbookLine>& lines) {
    return std::ranges::any_of(lines, [&](const TextbookLine& line) {
      return std::ranges::any_of(line.terms, [&](auto& term) { return formula::contains(term.value, n); });
    });
  };
  return in(book.forward) || in(book.update) ||
         std::ranges::any_of(book.backward, [&](auto& part) { return in(part.lines); });
}

}  // namespace gradus
