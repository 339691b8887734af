#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradus {

/// The numbers 0 … n − 1 in an order that can be asked for and changed: which of two comes first is one
/// comparison of labels, and a number moves in O(log n), amortised. A label that does not fit between two
/// others spreads the smallest range around it that is sparse enough (Bender, Cole, Demaine, Farach-Colton
/// & Zito, "Two simplified algorithms for maintaining order in a list", 2002).
class OrderList {
 public:
  OrderList() = default;
  explicit OrderList(const std::vector<std::size_t>& order);

  bool before(std::size_t a, std::size_t b) const { return label_[a] < label_[b]; }

  /// What comes after `item`; size() after the last.
  std::size_t after(std::size_t item) const { return next_[item]; }
  std::size_t size() const { return label_.size() - 2; }

  /// Moves `item` to just before `place`, which may be size().
  void move_before(std::size_t place, std::size_t item);

 private:
  void make_room_before(std::size_t place);

  // Two more elements close the list: size() behind its last, size() + 1 before its first.
  std::vector<std::uint64_t> label_;
  std::vector<std::size_t> next_;
  std::vector<std::size_t> previous_;
};

}  // namespace gradus
