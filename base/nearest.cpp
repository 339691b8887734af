#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace gradus {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // above[j], row[j]: distances of the first i − 1 and i letters of `a` from the first j letters of `b`.
  std::vector<std::size_t> before_above, above, row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_above = std::exchange(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_above[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    // The lengths alone may say that it is too far.
    if (std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size()) >= best_distance)
      continue;
    const std::size_t distance = edit_distance(lower(name), lower(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& candidates,
                         const std::vector<std::string>& aliases) {
  std::vector<std::string> meant = candidates;
  meant.insert(meant.end(), aliases.begin(), aliases.end());
  const std::string close = nearest(name, meant);
  return fmt::format("unknown {} '{}'{} Known: {}.", kind, name,
                     close.empty() ? "." : fmt::format("; did you mean '{}'?", close),
                     fmt::join(candidates, ", "));
}

void require_known(std::string_view kind, std::string_view name, const std::vector<std::string>& candidates) {
  if (std::ranges::find(candidates, name) == candidates.end())
    throw NameError(unknown_name(kind, name, candidates));
}

}  // namespace gradus
