#pragma once

#include <gradus/dump/formula_tree.hpp>

/// The texts of a Description taken apart.
namespace gradus {

/// The parts of a sentence: formulas and the prose between them.
std::vector<Formula> sentence(const Formula& formula);

/// One clause of a derivative: what flows back, words, and what "to" names.
struct Clause {
  Formula value;
  std::string words;
  Formula target;
};

/// "ȳ / b to a, −ȳ y / b to b": two clauses. None when the text cannot be read or begins with words.
std::vector<Clause> clauses(std::string_view derivative);

/// A letter, with its accent and its index.
bool is_letter(const Formula& formula);

/// The letters of a formula, each once, in their order; without e.
void collect_letters(const Formula& formula, std::vector<Formula>& letters);

/// How often a letter stands in a formula.
std::size_t count(const Formula& formula, const Formula& letter);

}  // namespace gradus
