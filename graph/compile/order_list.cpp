#include <gradus/graph/compile/order_list.hpp>

#include <cmath>

namespace gradus {
namespace {

constexpr int label_bits = 62;

/// A range of 2ⁱ labels may hold (2 / 1.3)ⁱ of them.
bool is_sparse(std::uint64_t held, int i) {
  return 4 * held <= std::uint64_t{1} << i && static_cast<double>(held) <= std::pow(2 / 1.3, i);
}

}  // namespace

OrderList::OrderList(const std::vector<std::size_t>& order)
    : label_(order.size() + 2), next_(order.size() + 2), previous_(order.size() + 2) {
  const std::size_t end = order.size();
  const std::size_t begin = end + 1;
  const std::uint64_t step = (std::uint64_t{1} << label_bits) / (order.size() + 1);
  label_[begin] = 0;
  label_[end] = std::uint64_t{1} << label_bits;
  std::size_t last = begin;
  std::uint64_t label = 0;
  for (const std::size_t item : order) {
    label_[item] = label += step;
    next_[last] = item;
    previous_[item] = last;
    last = item;
  }
  next_[last] = end;
  previous_[end] = last;
}

void OrderList::move_before(std::size_t place, std::size_t item) {
  if (place == item) return;
  next_[previous_[item]] = next_[item];
  previous_[next_[item]] = previous_[item];
  if (label_[place] - label_[previous_[place]] < 2) make_room_before(place);
  const std::size_t previous = previous_[place];
  label_[item] = label_[previous] + (label_[place] - label_[previous]) / 2;
  previous_[item] = previous;
  next_[item] = place;
  next_[previous] = item;
  previous_[place] = item;
}

void OrderList::make_room_before(std::size_t place) {
  const std::size_t begin = size() + 1;
  const std::size_t centre = previous_[place];
  std::size_t first = centre;
  std::size_t end = place;
  std::uint64_t held = centre == begin ? 0 : 1;
  for (int i = 1; i <= label_bits; ++i) {
    const std::uint64_t width = std::uint64_t{1} << i;
    const std::uint64_t low = label_[centre] & ~(width - 1);
    for (; first != begin && previous_[first] != begin && label_[previous_[first]] >= low; ++held)
      first = previous_[first];
    for (; end != size() && label_[end] < low + width; ++held) end = next_[end];
    if (held == 0 || !is_sparse(held, i)) continue;
    const std::uint64_t step = width / held;
    std::uint64_t label = low + step / 2;
    for (std::size_t at = first == begin ? next_[begin] : first; at != end; at = next_[at], label += step)
      label_[at] = label;
    return;
  }
}

}  // namespace gradus
