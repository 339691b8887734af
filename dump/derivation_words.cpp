#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/derivation_words.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

namespace gradus {

std::string shape_in_words(const Shape& shape) { return shape.is_scalar() ? "a number" : to_string(shape); }

std::string what_it_is(const TextbookSymbol& given) {
  const Node& node = *given.node;
  const VariableRead* stored = as<VariableRead>(node.op());
  // A name of thousands of characters says no more than its beginning.
  constexpr std::size_t longest = 40;
  if (!given.parameters.empty()) return fmt::format("{} of every parameter", last_part(node.name()));
  std::string name = printable(node.name());
  if (display_width(name) > longest) name = printable(node.name().substr(0, longest)) + "…";
  return fmt::format("{}: {}", name,
                     stored != nullptr ? to_string(stored->variable_kind) : node.op().description().formula);
}

Formula list_of(const std::vector<Formula>& all) {
  constexpr std::size_t most = 8;
  std::vector<Formula> parts;
  const auto add = [&](const Formula& formula) {
    if (!parts.empty()) parts.push_back(formula::operation(","));
    parts.push_back(formula);
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.size() > most && i == most - 2) {
      add(formula::symbol("…"));
      i = all.size() - 1;
    }
    add(all[i]);
  }
  return formula::row(std::move(parts), Formula::Binding::relation);
}

}  // namespace gradus
