#pragma once

#include <gradus/dump/formula.hpp>

/// What formulas are built with.
namespace gradus::formula {

Formula text(std::string text);
Formula number(std::string digits);
Formula symbol(std::string letter);
Formula function(std::string name);
Formula name(std::string name);
Formula operation(std::string sign);
Formula big(std::string sign);
Formula accent(std::string name, Formula base);
Formula root(Formula inside);
Formula group(std::string open, Formula inside, std::string close);

/// The parts side by side; a part alone stays itself.
Formula row(std::vector<Formula> parts, Formula::Binding binding);

/// Round brackets around numerator and denominator go: the line says what they said.
Formula fraction(Formula above, Formula below);

/// The base itself when there is nothing below or above it.
Formula scripts(Formula base, Formula below, Formula above);

/// (a/b) as a/b, for a factor of a product.
Formula without_brackets_of_a_fraction(Formula factor);

/// The formula in brackets unless it binds at least so tightly.
Formula bracketed(Formula formula, Formula::Binding least);

/// Does it stand so high that brackets around it have to grow?
bool is_tall(const Formula& formula);

}  // namespace gradus::formula
