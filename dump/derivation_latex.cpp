#include <gradus/dump/algebra.hpp>
#include <gradus/dump/derivation.hpp>
#include <gradus/dump/derivation_numbers.hpp>
#include <gradus/dump/derivation_words.hpp>
#include <gradus/dump/textbook.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

constexpr std::string_view preamble = R"(\documentclass[a4paper,11pt]{article}
\usepackage[margin=18mm]{geometry}
\usepackage{amsmath,amssymb,array,graphicx,longtable}
\DeclareTextCommand{\textdollar}{OT1}{\char36 }
\setlength{\parindent}{0pt}
\setlength{\LTleft}{0pt}
\setlength{\LTright}{0pt}
)";

/// A formula as it is, or as wide as its column when it would be wider.
constexpr std::string_view fitting = R"(\providecommand{\gradusfit}[1]{\sbox0{$\displaystyle #1$}%
  \ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi}
)";

constexpr std::string_view table =
    "\\begin{longtable}{@{}>{\\raggedright\\arraybackslash}p{0.58\\linewidth}"
    ">{\\raggedright\\arraybackslash}p{0.16\\linewidth}>{\\raggedright\\arraybackslash}p{0.2\\linewidth}@{}}"
    "\n";

constexpr std::string_view given_table =
    "\\begin{longtable}{@{}>{\\raggedright\\arraybackslash}p{0.26\\linewidth}"
    ">{\\raggedright\\arraybackslash}p{0.2\\linewidth}>{\\raggedright\\arraybackslash}p{0.48\\linewidth}@{}}"
    "\n";

constexpr std::string_view numbers_table =
    "\\begin{longtable}{@{}>{\\raggedright\\arraybackslash}p{0.14\\linewidth}"
    ">{\\raggedright\\arraybackslash}p{0.36\\linewidth}"
    ">{\\raggedright\\arraybackslash}p{0.32\\linewidth}"
    ">{\\raggedright\\arraybackslash}p{0.1\\linewidth}@{}}\n"
    "\\textbf{symbol} & \\textbf{value} & \\textbf{check} & \\textbf{error} \\\\ \\hline\\noalign{\\vskip "
    "6pt}\n\\endhead\n";

constexpr const char* of_theta = "of $\\theta$";

std::string math(const std::string& latex) { return fmt::format("\\gradusfit{{{}}}", latex); }

std::string words(std::string_view text) { return math(fmt::format("\\text{{{}}}", latex_text(text))); }

std::string shape(const TextbookLine& line) {
  return line.parameters.empty() ? latex_text(shape_in_words(line.shape)) : of_theta;
}

std::string term(const TextbookTerm& term, bool among_others) {
  std::string value =
      to_latex(among_others ? formula::bracketed(term.value, Formula::Binding::big) : term.value);
  if (!among_others || term.rule.empty()) return value;
  return fmt::format("\\underbrace{{{}}}_{{\\text{{{}}}}}", value, latex_text(term.rule));
}

std::string equation(const TextbookLine& line) {
  const bool several = line.terms.size() > 1;
  std::size_t length = 0;
  for (const TextbookTerm& each : line.terms) length += formula::leaves(each.value);
  constexpr std::size_t one_row = 9;
  const bool rows = several && length > one_row;
  std::string text = to_latex(line.left) + (rows ? " &" : " ") + (line.assigns ? "\\leftarrow " : "= ");
  for (std::size_t i = 0; i < line.terms.size(); ++i) {
    if (i > 0) text += rows ? " \\\\ &\\quad + " : " + ";
    text += term(line.terms[i], several);
  }
  return rows ? fmt::format("\\begin{{aligned}}[t] {} \\end{{aligned}}", text) : text;
}

std::string rules(const TextbookLine& line) {
  std::string text;
  for (const TextbookTerm& each : line.terms) {
    if (each.rule.empty()) continue;
    if (!text.empty()) text += " \\par ";
    text += words(each.rule);
    if (!each.derivative.empty())
      text += fmt::format(": \\par\\vspace{{2pt}} \\gradusfit{{{}}}", to_latex(each.derivative));
  }
  return text;
}

void write_lines(std::ostream& out, const std::vector<TextbookLine>& lines, const char* last_column) {
  out << table
      << fmt::format(
             "\\textbf{{line}} & \\textbf{{shape}} & \\textbf{{{}}} \\\\ \\hline\\noalign{{\\vskip "
             "6pt}}\n\\endhead\n",
             last_column);
  for (const TextbookLine& line : lines) {
    std::string last = rules(line);
    if (!line.parameters.empty()) {
      const Formula all = list_of(line.parameters);
      last = fmt::format("for every $\\theta$ of \\gradusfit{{{}}}", to_latex(all));
    }
    out << fmt::format("{} & {} & {} \\\\ \\noalign{{\\vskip 8pt}}\n", math(equation(line)), shape(line),
                       last);
  }
  out << "\\end{longtable}\n";
}

}  // namespace

void write_latex(std::ostream& out, const Graph& graph, const DerivationOptions& options) {
  const Textbook book = textbook(graph);
  if (options.standalone) {
    out << preamble << fitting << "\\begin{document}\n"
        << fmt::format("\\section*{{{}}}\n", latex_text(options.title));
  } else {
    out << "% Needs amsmath, amssymb, array, graphicx and longtable.\n" << fitting;
  }
  const auto heading = [&](const std::string& text) { out << fmt::format("\\subsection*{{{}}}\n", text); };

  if (!book.given.empty()) {
    heading("Given");
    out << given_table
        << "\\textbf{symbol} & \\textbf{shape} & \\textbf{what it is} \\\\ \\hline\\noalign{\\vskip "
           "6pt}\n\\endhead\n";
    for (const TextbookSymbol& given : book.given)
      out << fmt::format(
          "{} & {} & {} \\\\ \\noalign{{\\vskip 3pt}}\n", math(to_latex(given.symbol)),
          given.parameters.empty() ? latex_text(shape_in_words(given.node->shape())) : of_theta,
          words(what_it_is(given)));
    out << "\\end{longtable}\n";
    if (book.counts_examples) out << examples_sentence << "\n\n";
    if (book.reshapes) out << reshape_sentence << "\n\n";
  }
  if (!book.forward.empty()) {
    heading("Forward");
    write_lines(out, book.forward, "op");
  }
  for (std::size_t i = 0; i < book.backward.size(); ++i) {
    const std::string root = to_latex(book.backward[i].root);
    heading(fmt::format("Backward: the derivatives of ${}$", root));
    if (i == 0)
      out << fmt::format("$\\bar{{x}}$ is $\\partial {} / \\partial x$, and has the shape of $x$. {}\n\n",
                         root, backward_sentence);
    write_lines(out, book.backward[i].lines, "rule");
  }
  if (!book.update.empty()) {
    heading("Update");
    out << update_sentence << "\n\n";
    write_lines(out, book.update, "parameters");
  }
  if (const auto numbers = derivation_numbers(book, options.numbers); !numbers.empty()) {
    heading("Numbers");
    out << numbers_sentence << "\n\n" << numbers_table;
    for (const DerivationNumber& number : numbers)
      out << fmt::format("{} & {} & {} & {} \\\\ \\noalign{{\\vskip 3pt}}\n", math(to_latex(number.symbol)),
                         latex_text(number.value), latex_text(number.check), number.error);
    out << "\\end{longtable}\n";
  }
  if (!book.definitions.empty()) {
    heading("Where");
    for (const Formula& definition : book.definitions) out << math(to_latex(definition)) << "\n\n";
  }
  if (options.standalone) out << "\\end{document}\n";
}

}  // namespace gradus
