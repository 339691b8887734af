#pragma once

#include <gradus/inspect/gradient_check.hpp>

#include <string>

/// A check in the words of a dump: of the element that differs most from its difference.
namespace gradus {

/// The element with the largest error; where no error is known, the first.
const CheckedElement& worst_element(const NumericCheck& check);

/// "2.3e-12", or nothing where no difference could be taken.
std::string error_in_words(const CheckedElement& element);

/// The gradient's element in ten digits.
std::string derived_in_words(const CheckedElement& element);

/// "0.2648385402 ± 5e-15", "a kink: 0 | 1", or that there are no finite values around.
std::string difference_in_words(const CheckedElement& element);

}  // namespace gradus
