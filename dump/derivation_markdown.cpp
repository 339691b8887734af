#include <gradus/base/printable.hpp>
#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivation.hpp>
#include <gradus/dump/derivation_numbers.hpp>
#include <gradus/dump/derivation_words.hpp>
#include <gradus/dump/textbook.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

std::string math(const Formula& formula) { return fmt::format("${}$", to_latex(formula)); }

/// Plain text in a cell of a table: what Markdown or HTML would read as theirs is escaped.
std::string plain(std::string_view text) {
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

std::string equation(const TextbookLine& line) {
  const bool several = line.terms.size() > 1;
  std::string text = fmt::format("{} {}", to_latex(line.left), line.assigns ? "\\leftarrow" : "=");
  for (std::size_t i = 0; i < line.terms.size(); ++i) {
    const TextbookTerm& term = line.terms[i];
    text += i > 0 ? " + " : " ";
    if (!several)
      text += to_latex(term.value);
    else
      text +=
          fmt::format("\\underbrace{{{}}}_{{\\text{{{}}}}}",
                      to_latex(formula::bracketed(term.value, Formula::Binding::big)), latex_text(term.rule));
  }
  return fmt::format("${}$", text);
}

std::string last_cell(const TextbookLine& line) {
  if (!line.parameters.empty())
    return fmt::format("for every $\\theta$ of {}", math(list_of(line.parameters)));
  std::string text;
  for (const TextbookTerm& term : line.terms) {
    if (term.rule.empty()) continue;
    if (!text.empty()) text += "<br>";
    text += plain(term.rule);
    if (!term.derivative.empty()) text += ": " + math(term.derivative);
  }
  return text;
}

void write_lines(std::ostream& out, const std::vector<TextbookLine>& lines, const char* last_column) {
  out << fmt::format("| line | shape | {} |\n| --- | --- | --- |\n", last_column);
  for (const TextbookLine& line : lines)
    out << fmt::format("| {} | {} | {} |\n", equation(line),
                       line.parameters.empty() ? plain(shape_in_words(line.shape)) : "of $\\theta$",
                       last_cell(line));
  out << '\n';
}

}  // namespace

void write_markdown(std::ostream& out, const Graph& graph, const DerivationOptions& options) {
  const Textbook book = textbook(graph);
  out << fmt::format("# {}\n\n", plain(options.title));
  if (!book.given.empty()) {
    out << "## Given\n\n| symbol | shape | what it is |\n| --- | --- | --- |\n";
    for (const TextbookSymbol& given : book.given)
      out << fmt::format(
          "| {} | {} | {} |\n", math(given.symbol),
          given.parameters.empty() ? plain(shape_in_words(given.node->shape())) : "of $\\theta$",
          plain(what_it_is(given)));
    out << '\n';
    if (book.counts_examples) out << examples_sentence << "\n\n";
    if (book.reshapes) out << reshape_sentence << "\n\n";
  }
  if (!book.forward.empty()) {
    out << "## Forward\n\n";
    write_lines(out, book.forward, "op");
  }
  for (std::size_t i = 0; i < book.backward.size(); ++i) {
    const std::string root = to_latex(book.backward[i].root);
    out << fmt::format("## Backward: the derivatives of ${}$\n\n", root);
    if (i == 0)
      out << fmt::format("$\\bar{{x}}$ is $\\partial {} / \\partial x$, and has the shape of $x$. {}\n\n",
                         root, backward_sentence);
    write_lines(out, book.backward[i].lines, "rule");
  }
  if (!book.update.empty()) {
    out << "## Update\n\n" << update_sentence << "\n\n";
    write_lines(out, book.update, "parameters");
  }
  if (const auto numbers = derivation_numbers(book, options.numbers); !numbers.empty()) {
    out << "## Numbers\n\n"
        << numbers_sentence << "\n\n| symbol | value | check | error |\n| --- | --- | --- | --- |\n";
    for (const DerivationNumber& number : numbers)
      out << fmt::format("| {} | {} | {} | {} |\n", math(number.symbol), plain(number.value),
                         plain(number.check), number.error);
    out << '\n';
  }
  if (!book.definitions.empty()) {
    out << "## Where\n\n";
    for (const Formula& definition : book.definitions) out << "- " << math(definition) << '\n';
  }
}

}  // namespace gradus
