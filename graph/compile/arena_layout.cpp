#include <gradus/graph/compile/arena_layout.hpp>

#include <algorithm>
#include <bit>

namespace gradus {

ArenaLayout::ArenaLayout(std::size_t last) : leaves_(std::bit_ceil(last + 1)), tree_(2 * leaves_) {}

template <class Whole, class Part>
void ArenaLayout::visit(std::size_t first, std::size_t last, const Whole& whole, const Part& part) {
  // Bottom-up over the half-open range; above either border all stretches are met in part.
  const std::size_t left_leaf = first + leaves_;
  const std::size_t right_leaf = last + leaves_;
  std::size_t begin = left_leaf;
  std::size_t end = right_leaf + 1;
  for (; begin < end; begin /= 2, end /= 2) {
    if (begin % 2 == 1) whole(tree_[begin++]);
    if (end % 2 == 1) whole(tree_[--end]);
  }
  // A range above both borders, or above one and not itself within the lifetime.
  const auto covered = [&](std::size_t node) {
    const auto depth = static_cast<unsigned>(std::bit_width(leaves_) - std::bit_width(node));
    const std::size_t from = node << depth;
    return left_leaf <= from && from + (std::size_t{1} << depth) - 1 <= right_leaf;
  };
  for (std::size_t node = left_leaf / 2; node >= 1; node /= 2)
    if (!covered(node)) part(tree_[node]);
  for (std::size_t node = right_leaf / 2; node >= 1; node /= 2) {
    const auto depth = static_cast<unsigned>(std::bit_width(leaves_) - std::bit_width(node));
    if (left_leaf >> depth == node) break;
    if (!covered(node)) part(tree_[node]);
  }
}

Index ArenaLayout::place(std::size_t first, std::size_t last, Index lines) {
  met_.clear();
  const auto meet = [&](const Ranges& ranges) {
    if (!ranges.empty()) met_.push_back(&ranges);
  };
  visit(
      first, last, [&](Stretch& whole) { meet(whole.anywhere); },
      [&](Stretch& part) { meet(part.throughout); });
  Index line = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (const Ranges* ranges : met_) {
      const auto taken = std::ranges::upper_bound(*ranges, line, {}, &Range::end);
      if (taken == ranges->end() || taken->begin >= line + lines) continue;
      line = taken->end;
      moved = true;
    }
  }
  const auto take = [&](Ranges& ranges) { add(ranges, {line, line + lines}); };
  visit(
      first, last,
      [&](Stretch& whole) {
        take(whole.anywhere);
        take(whole.throughout);
      },
      [&](Stretch& part) { take(part.anywhere); });
  return line;
}

void ArenaLayout::add(Ranges& ranges, Range taken) {
  const auto first = std::ranges::lower_bound(ranges, taken.begin, {}, &Range::end);
  auto after = first;
  for (; after != ranges.end() && after->begin <= taken.end; ++after) {
    taken.begin = std::min(taken.begin, after->begin);
    taken.end = std::max(taken.end, after->end);
  }
  if (after == first) {
    ranges.insert(first, taken);
  } else {
    *first = taken;
    ranges.erase(first + 1, after);
  }
}

}  // namespace gradus
