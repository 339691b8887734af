#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// The candidate with the smallest edit distance to `name`, the first of equals, or empty when none is within
/// a third of its length. An edit adds, drops or replaces a letter (Levenshtein 1966) or swaps two neighbours
/// (Damerau 1964), no letter being edited twice; capitals count as their small letters.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "unknown KIND 'name'; did you mean 'x'? Known: a, b, c" — the message for a name not in `candidates`.
/// `aliases` may be meant, but are not listed.
std::string unknown_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& candidates,
                         const std::vector<std::string>& aliases = {});

/// Throws the NameError of unknown_name() for a name that is not in `candidates`.
void require_known(std::string_view kind, std::string_view name, const std::vector<std::string>& candidates);

}  // namespace gradus
