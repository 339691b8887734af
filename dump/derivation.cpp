#include <gradus/base/printable.hpp>
#include <gradus/base/template.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivation.hpp>
#include <gradus/dump/derivation_numbers.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/dump/textbook.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/rule.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace gradus {
namespace {

constexpr EmbeddedFile derivation_templates[] = {
#include <derivation_templates.inc>
};

// What is said in words, with formulas between dollar signs.
constexpr const char* of_theta = "of $\\theta$";
constexpr const char* examples_sentence = "The number of examples in the batch is $n$.";
constexpr const char* reshape_sentence =
    "A value that is read in another shape keeps its symbol: a row of numbers is an image where one is due.";
constexpr const char* backward_sentence =
    "A value that is used several times gets the sum of what flows back from each use. $\\odot$ multiplies "
    "element by element. A sum runs over what is written below it, or over all elements; axes are counted "
    "from 0. In the column of rules $y$ is the value of the op and the other letters are its inputs, "
    "whatever "
    "symbols these have in the lines.";
constexpr const char* shorter_sentence =
    " Behind a second equals sign stands what the compiler makes of a derivative by its rules.";
constexpr const char* folded_words = "not needed by the compiler's form of what follows";
constexpr const char* update_sentence =
    "The lines are carried out one after the other, once everything above is computed.";

/// How a form of the derivation writes what its template has places for.
struct Form {
  std::string_view file;  ///< the template
  std::string_view before_math, after_math;
  std::string (*text)(std::string_view);   ///< as it stands in the document
  std::string (*words)(std::string_view);  ///< the same, made smaller where it would be too wide
  std::string_view between_rules, before_derivative;
  bool breaks;  ///< long equations into several rows
};

/// Plain text in a cell of a table: what Markdown or HTML would read as theirs is escaped.
std::string markdown_text(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    if (c == '<')
      result += "&lt;";
    else if (c == '&')
      result += "&amp;";
    else if (c == '$')
      result += "&#36;";
    else if (std::string_view("\\`*_{}[]()#+!|>~").find(c) != std::string_view::npos)
      result += std::string("\\") + c;
    else
      result += c;
  }
  return result;
}

std::string fitted_words(std::string_view text) {
  return fmt::format("\\gradusfit{{\\text{{{}}}}}", latex_text(text));
}

constexpr Form markdown{"derivation.md", "$", "$", markdown_text, markdown_text, "<br>", ": ", false};
constexpr Form latex{"derivation.tex", "\\gradusfit{",          "}", latex_text, fitted_words,
                     " \\par ",        ": \\par\\vspace{2pt} ", true};

std::string math(const Form& form, const std::string& formula) {
  return fmt::format("{}{}{}", form.before_math, formula, form.after_math);
}

/// "(batch, 10)", "a number".
std::string shape_in_words(const Shape& shape) { return shape.is_scalar() ? "a number" : to_string(shape); }

/// "image: fed at each run", "hidden1/weight: parameter".
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

/// a, b, c: the first and the last of many.
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

std::string term(const TextbookTerm& term, bool among_others) {
  const std::string value =
      to_latex(among_others ? formula::bracketed(term.value, Formula::Binding::big) : term.value);
  if (!among_others || term.rule.empty()) return value;
  return fmt::format("\\underbrace{{{}}}_{{\\text{{{}}}}}", value, latex_text(term.rule));
}

std::string equation(const TextbookLine& line, bool may_break) {
  const bool several = line.terms.size() > 1;
  std::size_t length = 0;
  for (const TextbookTerm& each : line.terms) length += formula::leaves(each.value);
  constexpr std::size_t one_row = 9;
  const bool rows = may_break && ((several && length > one_row) || line.shorter);
  std::string text = to_latex(line.left) + (rows ? " &" : " ") + (line.assigns ? "\\leftarrow " : "= ");
  for (std::size_t i = 0; i < line.terms.size(); ++i) {
    if (i > 0) text += rows ? " \\\\ &\\quad + " : " + ";
    text += term(line.terms[i], several);
  }
  if (line.shorter) text += (may_break ? " \\\\ &= " : " = ") + to_latex(*line.shorter);
  return rows ? fmt::format("\\begin{{aligned}}[t] {} \\end{{aligned}}", text) : text;
}

std::string rules(const Form& form, const TextbookLine& line) {
  if (!line.parameters.empty())
    return "for every $\\theta$ of " + math(form, to_latex(list_of(line.parameters)));
  std::string text;
  for (const TextbookTerm& each : line.terms) {
    if (each.rule.empty()) continue;
    if (!text.empty()) text += form.between_rules;
    text += form.words(each.rule);
    if (!each.derivative.empty())
      text += std::string(form.before_derivative) + math(form, to_latex(each.derivative));
  }
  const auto begin = [&] { text += text.empty() ? "" : form.between_rules; };
  for (const Rule* rule : line.shortened_by) {
    begin();
    text += "compiler, " + form.text(rule->title());
  }
  if (line.folded) {
    begin();
    text += folded_words;
  }
  return text;
}

std::string shape_cell(const Form& form, const Shape& shape, const std::vector<Formula>& parameters) {
  return parameters.empty() ? form.text(shape_in_words(shape)) : of_theta;
}

nlohmann::json given_json(const Form& form, const Textbook& book) {
  if (book.given.empty()) return nullptr;
  nlohmann::json symbols;
  for (const TextbookSymbol& given : book.given)
    symbols.push_back({{"symbol", math(form, to_latex(given.symbol))},
                       {"shape", shape_cell(form, given.node->shape(), given.parameters)},
                       {"what", form.words(what_it_is(given))}});
  nlohmann::json sentences = nlohmann::json::array();
  if (book.counts_examples) sentences.push_back({{"sentence", examples_sentence}});
  if (book.reshapes) sentences.push_back({{"sentence", reshape_sentence}});
  return {{"symbols", symbols}, {"sentences", sentences}};
}

nlohmann::json part(const Form& form, const std::string& heading, const std::string& intro,
                    const std::vector<TextbookLine>& lines, const char* last_column) {
  nlohmann::json rows;
  for (const TextbookLine& line : lines)
    rows.push_back({{"equation", math(form, equation(line, form.breaks))},
                    {"shape", shape_cell(form, line.shape, line.parameters)},
                    {"last", rules(form, line)}});
  return {{"heading", heading}, {"intro", intro}, {"column", last_column}, {"rows", rows}};
}

nlohmann::json parts_json(const Form& form, const Textbook& book) {
  nlohmann::json parts = nlohmann::json::array();
  if (!book.forward.empty()) parts.push_back(part(form, "Forward", "", book.forward, "op"));
  const bool shortens = std::ranges::any_of(book.backward, [](const TextbookBackward& backward) {
    return std::ranges::any_of(backward.lines,
                               [](const TextbookLine& line) { return line.shorter.has_value(); });
  });
  for (const auto& [root, lines] : book.backward) {
    const std::string letter = to_latex(root);
    const bool is_first = &lines == &book.backward.front().lines;
    std::string intro;
    if (is_first)
      intro = fmt::format("$\\bar{{x}}$ is $\\partial {} / \\partial x$, and has the shape of $x$. {}{}",
                          letter, backward_sentence, shortens ? shorter_sentence : "");
    parts.push_back(
        part(form, fmt::format("Backward: the derivatives of ${}$", letter), intro, lines, "rule"));
  }
  if (!book.update.empty()) parts.push_back(part(form, "Update", update_sentence, book.update, "parameters"));
  return parts;
}

nlohmann::json numbers_json(const Form& form, const std::vector<DerivationNumber>& numbers) {
  nlohmann::json rows = nlohmann::json::array();
  for (const DerivationNumber& number : numbers)
    rows.push_back({{"symbol", math(form, to_latex(number.symbol))},
                    {"value", form.text(number.value)},
                    {"check", form.text(number.check)},
                    {"error", number.error}});
  return numbers.empty() ? nlohmann::json() : nlohmann::json{{"rows", rows}};
}

void write(std::ostream& out, const Form& form, const Graph& graph, const DerivationOptions& options) {
  const Textbook book = textbook(graph);
  nlohmann::json definitions = nlohmann::json::array();
  for (const Formula& definition : book.definitions)
    definitions.push_back({{"formula", math(form, to_latex(definition))}});
  out << filled(
      text_of(derivation_templates, form.file),
      {{"title", form.text(options.title)},
       {"standalone", options.standalone},
       {"given", given_json(form, book)},
       {"parts", parts_json(form, book)},
       {"numbers", numbers_json(form, derivation_numbers(book, options.numbers))},
       {"definitions", definitions.empty() ? nlohmann::json() : nlohmann::json{{"list", definitions}}}});
}

}  // namespace

void write_latex(std::ostream& out, const Graph& graph, const DerivationOptions& options) {
  write(out, latex, graph, options);
}

void write_markdown(std::ostream& out, const Graph& graph, const DerivationOptions& options) {
  write(out, markdown, graph, options);
}

}  // namespace gradus
