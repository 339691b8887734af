#pragma once

#include <gradus/graph/declare/op.hpp>

#include <vector>

namespace gradus {

/// Finds places in an arena for buffers that are alive during stretches of time: each at the lowest place
/// that nothing alive at the same time takes.
///
/// Time is a segment tree, and each of its nodes keeps two unions of taken lines: of all buffers that are
/// alive somewhere in its range, and of those alive in all of it that were put there. A buffer meets the
/// first kind in the O(log n) nodes that make up its lifetime and the second kind in those above them. Lines
/// next to each other are one range of a union, and buffers placed low lie next to each other, so that the
/// unions are short whatever the number of buffers is: the search is for a gap that is free in O(log n) short
/// lists.
class ArenaLayout {
 public:
  /// Times go from 0 to `last`.
  explicit ArenaLayout(std::size_t last);

  /// Takes `lines` from the time `first` to the time `last`, both included; returns the first line.
  Index place(std::size_t first, std::size_t last, Index lines);

 private:
  /// Taken lines as ranges in order, none next to another.
  using Ranges = std::vector<Range>;
  struct Stretch {
    Ranges anywhere;
    Ranges throughout;
  };

  static void add(Ranges& ranges, Range taken);

  /// Calls `whole` for the stretches that make up first … last and `part` for those above them.
  template <class Whole, class Part>
  void visit(std::size_t first, std::size_t last, const Whole& whole, const Part& part);

  std::size_t leaves_ = 1;
  std::vector<Stretch> tree_;  ///< children of i at 2 i and 2 i + 1, times from `leaves_` on
  std::vector<const Ranges*> met_;
};

}  // namespace gradus
