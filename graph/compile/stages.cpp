#include <gradus/base/error.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/compile/stages.hpp>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace gradus {

Stages::Stages(const Graph& graph, const std::vector<char>& needed)
    : set_(graph.size()),
      members_(graph.size()),
      after_(graph.size()),
      before_(graph.size()),
      visited_(graph.size(), 0) {
  std::iota(set_.begin(), set_.end(), std::size_t{0});
  for (std::size_t id = 0; id < graph.size(); ++id) {
    members_[id] = {id};
    if (needed[id] == 0) continue;
    const Node& node = graph.node(id);
    for (const Node* input : node.inputs()) require(storage_of(*input), node);
  }
}

void Stages::link(std::size_t before, std::size_t after) {
  after_[before].push_back(after);
  before_[after].push_back(before);
}

std::size_t Stages::make_up() {
  const std::size_t made = set_.size();
  set_.push_back(made);
  members_.push_back({made});
  after_.emplace_back();
  before_.emplace_back();
  visited_.push_back(0);
  return made;
}

void Stages::require(const Node& before, const Node& node) {
  if (&before != &node) link(before.id(), node.id());
}

void Stages::separate(const Node& before, const Node& node) {
  const std::size_t between = make_up();
  link(before.id(), between);
  link(between, node.id());
}

void Stages::separate(const std::vector<const Node*>& before, const std::vector<const Node*>& nodes) {
  const std::size_t between = make_up();
  for (const Node* node : before) link(node->id(), between);
  for (const Node* node : nodes)
    if (!reaches(node->id(), between)) link(between, node->id());
}

bool Stages::reaches(std::size_t from, std::size_t to) {
  ++visit_;
  std::vector<std::size_t> open{from};
  while (!open.empty()) {
    const std::size_t id = open.back();
    open.pop_back();
    for (const std::size_t next : after_[id]) {
      if (next == to) return true;
      if (visited_[next] == visit_) continue;
      visited_[next] = visit_;
      open.push_back(next);
    }
  }
  return false;
}

void Stages::order() {
  const std::vector<std::size_t> order = topological();
  if (order.size() != count()) throw InternalError("the stages of the program wait for each other");
  order_ = OrderList(order);
  grow_tree(order);
}

/// As declared where that is possible, so that the order begins close to the one it ends with.
std::vector<std::size_t> Stages::topological() const {
  std::vector<std::size_t> waits(count());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t id = 0; id < count(); ++id) {
    waits[id] = before_[id].size();
    if (waits[id] == 0) ready.push(id);
  }
  std::vector<std::size_t> result;
  result.reserve(count());
  while (!ready.empty()) {
    result.push_back(ready.top());
    ready.pop();
    for (const std::size_t next : after_[result.back()])
      if (--waits[next] == 0) ready.push(next);
  }
  return result;
}

/// The parent of a node is the last of a longest path to it.
void Stages::grow_tree(const std::vector<std::size_t>& order) {
  const std::size_t none = count();
  std::vector<std::size_t> parent(count(), none);
  std::vector<std::size_t> level(count(), 0);
  for (const std::size_t id : order)
    for (const std::size_t before : before_[id])
      if (level[before] + 1 > level[id]) {
        level[id] = level[before] + 1;
        parent[id] = before;
      }
  std::vector<std::size_t> size(count() + 1, 1);
  for (auto id = order.rbegin(); id != order.rend(); ++id) size[parent[*id]] += size[*id];
  preorder_.resize(count());
  intervals_.resize(count());
  std::vector<std::size_t> free(count() + 1, 0);
  for (const std::size_t id : order) {
    preorder_[id] = free[parent[id]];
    free[parent[id]] += size[id];
    free[id] = preorder_[id] + 1;
    intervals_[id].emplace(preorder_[id], preorder_[id] + size[id]);
  }
}

bool Stages::below(std::size_t set, std::size_t id) const {
  const auto& intervals = intervals_[set];
  const auto after = intervals.upper_bound(preorder_[id]);
  return after != intervals.begin() && preorder_[id] < std::prev(after)->second;
}

/// Two intervals of a tree are apart, or one holds the other and says all.
void Stages::join_intervals(std::size_t into, std::size_t from) {
  auto& large = intervals_[into];
  auto& small = intervals_[from];
  if (large.size() < small.size()) std::swap(large, small);
  for (const auto& [begin, end] : small) {
    auto after = large.upper_bound(begin);
    if (after != large.begin() && end <= std::prev(after)->second) continue;
    while (after != large.end() && after->first < end) after = large.erase(after);
    large.emplace_hint(after, begin, end);
  }
  small.clear();
}

void Stages::merge_if_acyclic(const Node& input, const Node& node) {
  std::size_t a = set_[input.id()];
  std::size_t b = set_[node.id()];
  if (a == b || path_through_others(a, b, node.id())) return;
  if (members_[a].size() < members_[b].size()) std::swap(a, b);
  for (const std::size_t id : members_[b]) set_[id] = a;
  members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
  members_[b].clear();
  join_intervals(a, b);
}

/// Where there is no path, a and b are next to each other afterwards, so that either's place is the union's.
bool Stages::path_through_others(std::size_t a, std::size_t b, std::size_t node) {
  const std::uint64_t pair = static_cast<std::uint64_t>(a) << 32U | b;
  if (const auto found = on_path_.find(pair); found != on_path_.end()) {
    const std::size_t set = set_[found->second];
    if (set != a && set != b) return true;
  }
  Side forwards{after_, ++visit_, {a}};
  Side backwards{before_, ++visit_, {b}};
  while (true) {
    Answer answer = step(forwards, backwards, node);
    if (answer == Answer::none) {
      clear_gap(std::move(forwards.found), order_.after(b));
      order_.move_before(b, a);
      return false;
    }
    if (answer == Answer::open) answer = step(backwards, forwards, node);
    if (answer == Answer::none) {
      clear_gap(std::move(backwards.found), a);
      order_.move_before(order_.after(a), b);
      return false;
    }
    if (answer == Answer::open) continue;
    on_path_[pair] = witness_;
    return true;
  }
}

std::optional<std::size_t> Stages::follow(Side& side) const {
  for (; side.at < side.found.size(); ++side.at, side.member = 0) {
    const auto& members = members_[side.from()];
    for (; side.member < members.size(); ++side.member, side.edge = 0) {
      const auto& edges = side.edges[members[side.member]];
      if (side.edge < edges.size()) return edges[side.edge++];
    }
  }
  return {};
}

/// Follows one edge.
Stages::Answer Stages::step(Side& side, const Side& other, std::size_t node) {
  const auto id = follow(side);
  if (!id) return Answer::none;
  ++searched_;
  const std::size_t set = set_[*id];
  const std::size_t location = side.found.front();
  const std::size_t there = other.found.front();
  if (set == location) return Answer::open;
  if (set == there) {
    witness_ = members_[side.from()].front();
    return side.at == 0 ? Answer::open : Answer::path;
  }
  const bool forwards = &side.edges == &after_;
  const bool within = forwards ? order_.before(set, there) : order_.before(there, set);
  if (!within || visited_[set] == side.mark) return Answer::open;
  witness_ = *id;
  const bool long_path = forwards ? below(set, node) : below(there, *id);
  if (long_path || visited_[set] == other.mark) return Answer::path;
  visited_[set] = side.mark;
  side.found.push_back(set);
  return Answer::open;
}

/// Moves all found but the end itself before `place`, as they follow each other.
void Stages::clear_gap(std::vector<std::size_t> found, std::size_t place) {
  found.erase(found.begin());
  std::ranges::sort(found, [&](std::size_t x, std::size_t y) { return order_.before(x, y); });
  for (const std::size_t set : found) order_.move_before(place, set);
}

std::vector<std::size_t> Stages::followers(std::size_t set) const {
  std::vector<std::size_t> result;
  for (const std::size_t id : members_[set])
    for (const std::size_t next : after_[id])
      if (set_[next] != set) result.push_back(set_[next]);
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace gradus
