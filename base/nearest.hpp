#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// The candidate with the smallest edit distance (Levenshtein 1966) to `name`, or empty when none is
/// within a third of its length.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "unknown KIND 'name'; did you mean 'x'? Known: a, b, c" — the message for a name not in `candidates`.
std::string unknown_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& candidates);

}  // namespace gradus
