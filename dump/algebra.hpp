#pragma once

#include <gradus/dump/formula_tree.hpp>

/// Formulas put together as one writes by hand: brackets only where they are needed, minus signs in front,
/// no factor 1 and no term 0.
namespace gradus::formula {

/// "0.0001", "2 · 10⁻⁸", "∞"; a number of many digits is rounded to six.
Formula number_of(double value);

struct Term {
  bool minus;
  Formula value;
};

Formula sum(std::vector<Term> terms);
Formula negative(Formula value);

/// Side by side, numbers first, the others in this order.
Formula product(std::vector<Formula> factors);

/// Element by element: a ⊙ b.
Formula hadamard(Formula a, Formula b);

/// A scalar in front of the bar stays there: (1/n) t / p is 1/n times t/p.
Formula quotient(Formula above, Formula below);

/// e^(k ln b) is written bᵏ.
Formula power(Formula base, Formula exponent);

Formula transposed(Formula value);

bool is_number(const Formula& formula, std::string_view digits);

/// The letters and numbers it takes to write it.
std::size_t leaves(const Formula& formula);

/// Does `part` stand anywhere in it?
bool contains(const Formula& formula, const Formula& part);

/// Does the symbol stand in it by itself? h does not in h̄, nor z in z₁.
bool mentions(const Formula& formula, const Formula& symbol);

/// The formula with one part put in another's place wherever that stands.
Formula replaced(const Formula& formula, const Formula& part, const Formula& by);

}  // namespace gradus::formula
