#pragma once

#include <gradus/dump/textbook.hpp>

namespace gradus {

/// What both forms of a derivation say in words, with formulas between dollar signs.
inline constexpr std::string_view examples_sentence = "The number of examples in the batch is $n$.";

inline constexpr std::string_view reshape_sentence =
    "A value that is read in another shape keeps its symbol: an image is a row of a matrix where one is due.";
inline constexpr std::string_view backward_sentence =
    "A value that is used several times gets the sum of what flows back from each use. $\\odot$ multiplies "
    "element by element. A sum runs over what is written below it, or over all elements; axes are counted "
    "from 0.";
inline constexpr std::string_view numbers_sentence =
    "Of one run. A check shows the element that differs most from its central difference: its position "
    "(row by row, from 0), its derived value, the difference, and their relative error.";
inline constexpr std::string_view update_sentence =
    "The lines are carried out one after the other, once everything above is computed.";

/// "(batch, 10)", "a number".
std::string shape_in_words(const Shape& shape);

/// "image: fed at each run", "hidden1/weight: parameter".
std::string what_it_is(const TextbookSymbol& given);

/// a, b, c: the first and the last of many.
Formula list_of(const std::vector<Formula>& all);

}  // namespace gradus
