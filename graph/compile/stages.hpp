#pragma once

#include <gradus/graph/compile/order_list.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gradus {

/// Sets of nodes that will be stages, and what must come before what.
///
/// Two sets a → b may become one unless a path leads from a to b through a third, which would then have to
/// come both after and before the union. The question is asked once for every edge between elementwise ops,
/// and its answer is exact; three things keep the search for such a path short, so that scheduling takes
/// nearly linear time for graphs as they are written and differentiated.
///
/// - The sets are kept in a topological order while they merge. A path from a to b visits only what lies
///   between them in it. The search goes forwards from a and backwards from b in turns, and ends when either
///   side has nothing left: it costs twice the smaller side. What that side found then moves out of the
///   gap, after b or before a, and the union takes the place of that end (after Pearce & Kelly, "A dynamic
///   topological sort algorithm for directed acyclic graphs", 2006).
/// - A spanning tree of longest paths answers yes at once where a path is long, which no bounded search
///   could: from a forward value through the loss to its own derivative. A node is below one of a set's nodes
///   in the tree when its number in preorder is in one of the set's intervals (tree cover, Agrawal, Borgida &
///   Jagadish 1989).
/// - Once found, a set on the path is kept for the pair, and says no again as long as it belongs to neither.
///
/// Unions relabel the smaller set, so a node changes its set at most log₂ n times.
class Stages {
 public:
  /// Every needed node alone, after its inputs.
  Stages(const Graph& graph, const std::vector<char>& needed);

  /// `before` must be computed ahead of `node`, or by the same stage.
  void require(const Node& before, const Node& node);

  /// The same, and never in one stage: a made-up node stands between them, which merging would close to a
  /// cycle.
  void separate(const Node& before, const Node& node);

  /// The same of all in `before` and, as far as that closes no cycle, of all in `nodes`: one made-up node
  /// stands between them.
  void separate(const std::vector<const Node*>& before, const std::vector<const Node*>& nodes);

  /// Whether `to` must come after `from`.
  bool reaches(const Node& from, const Node& to) { return reaches(from.id(), to.id()); }

  /// Ends the requirements and begins the merging. Throws InternalError when they are cyclic.
  void order();

  /// Merges the sets of a node and of one of its inputs unless another set would have to be computed between
  /// them.
  void merge_if_acyclic(const Node& input, const Node& node);

  /// Made-up nodes have numbers from the graph's size on.
  std::size_t count() const { return set_.size(); }
  std::size_t set(std::size_t id) const { return set_[id]; }
  const std::vector<std::size_t>& members(std::size_t set) const { return members_[set]; }

  /// The sets that come after this one.
  std::vector<std::size_t> followers(std::size_t set) const;

  /// Edges that all searches together have followed.
  std::size_t searched() const { return searched_; }

 private:
  using Edges = std::vector<std::vector<std::size_t>>;

  /// One side of a search: the sets found so far, its own end first, and how far their edges were followed.
  struct Side {
    const Edges& edges;
    std::size_t mark;
    std::vector<std::size_t> found;
    std::size_t at = 0;
    std::size_t member = 0;
    std::size_t edge = 0;

    std::size_t from() const { return found[at]; }
  };
  enum class Answer { open, path, none };

  std::size_t make_up();
  void link(std::size_t before, std::size_t after);
  bool reaches(std::size_t from, std::size_t to);
  std::vector<std::size_t> topological() const;
  void grow_tree(const std::vector<std::size_t>& order);
  bool below(std::size_t set, std::size_t id) const;
  void join_intervals(std::size_t into, std::size_t from);

  bool path_through_others(std::size_t a, std::size_t b, std::size_t node);
  std::optional<std::size_t> follow(Side& side) const;
  Answer step(Side& side, const Side& other, std::size_t node);
  void clear_gap(std::vector<std::size_t> found, std::size_t place);

  std::vector<std::size_t> set_;
  std::vector<std::vector<std::size_t>> members_;
  Edges after_;
  Edges before_;
  OrderList order_;

  std::vector<std::size_t> visited_;
  std::size_t visit_ = 0;
  std::size_t searched_ = 0;
  std::size_t witness_ = 0;                                 ///< a node on the path found last
  std::unordered_map<std::uint64_t, std::size_t> on_path_;  ///< such a node, by pair of sets

  std::vector<std::size_t> preorder_;
  std::vector<std::map<std::size_t, std::size_t>> intervals_;  ///< by set: below its nodes in the tree
};

}  // namespace gradus
