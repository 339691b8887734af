#pragma once

#include <gradus/dump/annotations.hpp>
#include <gradus/dump/textbook.hpp>

#include <string>
#include <vector>

namespace gradus {

/// The number of one line of a derivation.
struct DerivationNumber {
  Formula symbol;
  std::string value;  ///< as brief() has it, or "not computed"
  std::string check;  ///< the derived element and the difference beside it; empty where there is none
  std::string error;  ///< relative
};

/// What a run gave every symbol that is given, computed or derived, in the order of the textbook, and each
/// derivative's check. Empty when there are no numbers at all.
std::vector<DerivationNumber> derivation_numbers(const Textbook& book, const Annotations& numbers);

}  // namespace gradus
