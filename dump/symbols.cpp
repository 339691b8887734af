#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/algebra.hpp>
#include <gradus/dump/symbols.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

/// What this field calls by one letter.
constexpr Pair customary[] = {{"image", "x"},         {"input", "x"},
                              {"label", "c"},         {"logits", "z"},
                              {"target", "t"},        {"targets", "t"},
                              {"probabilities", "p"}, {"predicted", "ĉ"},
                              {"loss", "L"},          {"objective", "J"},
                              {"losses", "ℓ"},        {"cross_entropy", "ℓ"},
                              {"squared_error", "ℓ"}, {"l2_penalty", "R"},
                              {"l1_penalty", "R"},    {"penalty", "R"},
                              {"hidden", "h"},        {"learning_rate", "η"},
                              {"epsilon", "ε"},       {"weight_decay", "λ"},
                              {"momentum", "μ"},      {"weight", "W"},
                              {"bias", "b"},          {"kernel", "K"},
                              {"filter", "K"},        {"gamma", "γ"},
                              {"beta", "β"},          {"scale", "γ"},
                              {"shift", "β"},         {"first_moment", "m"},
                              {"second_moment", "s"}, {"mean_square", "s"},
                              {"velocity", "v"},      {"momentum_product", "Π"},
                              {"step", "k"}};

/// The same of what losses and normalisations are made of, with the scope.
constexpr Pair in_scopes[] = {{"squared_error/subtract", "d"},
                              {"norm/subtract", "d"},
                              {"norm/mean", "μ"},
                              {"norm/mean_2", "v"},
                              {"norm/sqrt", "σ"}};

constexpr Pair greek[] = {{"alpha", "α"}, {"beta", "β"}, {"gamma", "γ"}, {"delta", "δ"}, {"epsilon", "ε"},
                          {"zeta", "ζ"},  {"eta", "η"},  {"theta", "θ"}, {"kappa", "κ"}, {"lambda", "λ"},
                          {"mu", "μ"},    {"nu", "ν"},   {"xi", "ξ"},    {"pi", "π"},    {"rho", "ρ"},
                          {"sigma", "σ"}, {"tau", "τ"},  {"phi", "φ"},   {"chi", "χ"},   {"psi", "ψ"},
                          {"omega", "ω"}};

template <std::size_t N>
std::string_view look_up(const Pair (&table)[N], std::string_view name) {
  const auto* const found = std::ranges::find(table, name, &Pair::first);
  return found == std::end(table) ? std::string_view() : found->second;
}

Formula with_index(Formula symbol, std::string_view index) {
  if (index.empty()) return symbol;
  return formula::scripts(std::move(symbol), formula::number(std::string(index)), {});
}

/// A name and the digits behind it.
std::pair<std::string_view, std::string_view> split_digits(std::string_view name) {
  std::size_t digits = name.size();
  while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
  std::string_view base = name.substr(0, digits);
  const std::string_view index = name.substr(digits);
  if (!index.empty() && base.size() > 1 && base.ends_with('_')) base.remove_suffix(1);
  return {base, index};
}

/// "x", "x1", "x_1", "σ", "alpha": symbols as they are. Empty for a longer name.
Formula as_symbol(std::string_view name) {
  const auto [base, index] = split_digits(name);
  if (const auto letter = look_up(greek, base); !letter.empty())
    return with_index(formula::symbol(std::string(letter)), index);
  const auto parsed = characters_of(base).size() == 1 ? parse_formula(base) : std::nullopt;
  return parsed && parsed->kind == Formula::Kind::symbol ? with_index(*parsed, index) : Formula();
}

Formula as_customary(std::string_view name) {
  const auto letter = look_up(customary, name);
  return letter.empty() ? Formula() : formula_or_text(letter);
}

/// The name itself, cut where it would be wider than a page.
Formula as_name(std::string_view name) {
  constexpr std::size_t longest = 40;
  const std::u32string characters = characters_of(printable(name));
  std::string text;
  for (const char32_t c : characters.substr(0, longest)) text += to_utf8(c);
  if (characters.size() > longest) return formula::name(text + "…");
  const auto [base, index] = split_digits(name);
  if (index.empty() || base.empty() || !name.substr(base.size()).starts_with('_')) return formula::name(text);
  return with_index(formula::name(printable(base)), index);
}

}  // namespace

Symbols::Symbols(const Graph& graph) : graph_(graph) {
  // The number of examples, e of eˣ, and what stands for any parameter.
  for (const char* letter : {"n", "e", "θ"}) taken_.insert(to_latex(formula::symbol(letter)));
  for (const Variable& variable : graph.variables()) {
    const std::string_view scope = variable.node->scope();
    if (variable.kind == VariableKind::parameter && !scope.empty() && !layers_.contains(scope)) {
      const std::size_t number = layers_.size() + 1;
      layers_[scope] = number;
    }
  }
  for (std::size_t id = 0; id < graph.size(); ++id)
    for (const Node* input : graph.node(id).inputs())
      if (input->scope() == graph.node(id).scope()) ++users_in_scope_[input->name()];
}

/// The name, or for an unnamed node that its scope was opened for the scope's.
std::string Symbols::effective_name(const Node& node) const {
  const std::string_view scope = node.scope();
  const bool last = !users_in_scope_.contains(node.name());
  if (node.is_named() || scope.empty() || !last || layers_.contains(scope))
    return std::string(last_part(node.name()));
  return std::string(last_part(scope));
}

Formula Symbols::unique(const Formula& wanted) {
  Formula symbol = wanted;
  for (std::size_t number = 2; !taken_.insert(to_latex(symbol)).second; ++number)
    symbol = formula::scripts(wanted.kind == Formula::Kind::scripts ? wanted.parts[0] : wanted,
                              wanted.kind == Formula::Kind::scripts ? wanted.parts[1] : Formula(),
                              formula::group("(", formula::number(std::to_string(number)), ")"));
  return symbol;
}

Formula Symbols::of(const Node& node, const Formula& value, Role role) {
  if (const auto found = chosen_.find(&node); found != chosen_.end()) return found->second;
  Formula symbol = choose(node, value, role);
  if (taken_.contains(to_latex(symbol))) symbol = as_name(node.name());
  return chosen_[&node] = unique(symbol);
}

Formula Symbols::error_of(const Node& node) {
  const auto layer = layers_.find(scope_of(node.origin().of));
  if (node.section() != Section::backward || layer == layers_.end()) return {};
  return unique(with_index(formula::symbol("δ"), std::to_string(layer->second)));
}

Formula Symbols::choose(const Node& node, const Formula& value, Role role) {
  if (as<VariableRead>(node.op()) != nullptr) return of_variable(variable_of(Expr(node)));
  if (as<StepCounter>(node.op()) != nullptr) return formula::symbol("k");
  if (Formula symbol = of_layer_node(node, value); !symbol.empty()) return symbol;
  const std::string name = effective_name(node);
  if (Formula symbol = as_symbol(name); !symbol.empty()) return symbol;
  if (Formula symbol = as_customary(name); !symbol.empty()) return symbol;
  if (Formula symbol = of_part(node); !symbol.empty()) return symbol;
  if (role == Role::objective && !node.is_named()) return formula::symbol("J");
  if (role == Role::losses && !node.is_named()) return formula::symbol("ℓ");
  return as_name(node.name());
}

Formula Symbols::of_variable(const Variable& variable) {
  const std::string_view scope = variable.node->scope();
  const std::string_view name = last_part(variable.name);
  Formula symbol = as_symbol(name);
  if (symbol.empty()) symbol = as_customary(name);
  if (symbol.empty()) return as_name(variable.name);
  if (const std::string& owner = variable.node->origin().of; graph_.contains(owner))
    return formula::scripts(std::move(symbol), of(graph_.find(owner).node()), {});
  constexpr std::size_t image_rank = 4;
  if (name == "weight" && variable.shape.rank() == image_rank) symbol = formula::symbol("K");
  const auto layer = layers_.find(scope);
  if (layer == layers_.end() || symbol.kind == Formula::Kind::scripts) return symbol;
  symbol = with_index(std::move(symbol), std::to_string(layer->second));
  layer_parameters_[layer->second].push_back(symbol);
  return symbol;
}

/// What stands under the last part of a scope.
Formula Symbols::of_part(const Node& node) const {
  const std::string_view scope = node.scope();
  if (scope.empty() || node.is_named()) return {};
  const auto letter = look_up(in_scopes, fmt::format("{}/{}", last_part(scope), last_part(node.name())));
  if (letter.empty()) return {};
  const auto layer = layers_.find(scope);
  return with_index(formula::symbol(std::string(letter)),
                    layer == layers_.end() ? "" : std::to_string(layer->second));
}

Formula Symbols::of_layer_node(const Node& node, const Formula& value) {
  if (node.section() != Section::forward || node.is_named() || value.empty()) return {};
  if (node.inputs().size() == 1 && node.op().kind() == Kind::elementwise)
    if (const auto z = pre_activations_.find(node.inputs()[0]); z != pre_activations_.end())
      return with_index(formula::symbol("a"), std::to_string(z->second));
  const auto layer = layers_.find(node.scope());
  if (layer == layers_.end()) return {};
  for (const Formula& parameter : layer_parameters_[layer->second])
    if (formula::contains(value, parameter)) {
      pre_activations_[&node] = layer->second;
      return with_index(formula::symbol("z"), std::to_string(layer->second));
    }
  const std::string number = std::to_string(layer->second);
  if (node.inputs().size() == 1 && node.inputs()[0]->op().kind() == Kind::source)
    return last_part(node.name()) == "dropout_mask" ? with_index(formula::symbol("r"), number) : Formula();
  const bool has_z =
      std::ranges::any_of(pre_activations_, [&](auto& z) { return z.second == layer->second; });
  if (!has_z) return {};
  if (node.inputs().size() == 1 && node.op().kind() == Kind::elementwise)
    return with_index(formula::symbol("a"), number);
  const std::size_t earlier = made_of_layer_[layer->second]++;
  return formula::scripts(
      formula::symbol("h"), formula::number(number),
      earlier == 0 ? Formula() : formula::group("(", formula::number(std::to_string(earlier + 1)), ")"));
}

}  // namespace gradus
