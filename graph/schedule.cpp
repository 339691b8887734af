#include <gradus/base/error.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/schedule.hpp>

#include <algorithm>
#include <numeric>
#include <set>

namespace gradus {

const Node& storage_of(const Node& node) {
  const Node* at = &node;
  while (at->op().kind() == Kind::alias) at = at->inputs()[0];
  return *at;
}

namespace {

bool is_assign(const Node& node) { return as<Assign>(node.op()) != nullptr; }

/// Sets of nodes that will be stages, and what must come before what.
class Stages {
 public:
  Stages(const Graph& graph, const std::vector<char>& needed)
      : graph_(graph),
        needed_(needed),
        set_(graph.size()),
        members_(graph.size()),
        after_(graph.size()),
        visited_(graph.size(), 0) {
    std::iota(set_.begin(), set_.end(), std::size_t{0});
    for (std::size_t id = 0; id < graph.size(); ++id) {
      members_[id] = {id};
      if (needed_[id] == 0) continue;
      const Node& node = graph.node(id);
      for (const Node* input : node.inputs()) require(storage_of(*input), node);
    }
    order_assignments();
  }

  /// `before` must be computed ahead of `node`, or by the same stage.
  void require(const Node& before, const Node& node) {
    if (&before != &node) after_[before.id()].push_back(node.id());
  }

  /// The same, and never in one stage: a made-up node stands between them, which merging would close to a
  /// cycle.
  void separate(const Node& before, const Node& node) {
    const std::size_t between = set_.size();
    set_.push_back(between);
    members_.push_back({between});
    after_.push_back({node.id()});
    visited_.push_back(0);
    after_[before.id()].push_back(between);
  }

  bool reaches(std::size_t from, std::size_t to) {
    const auto next = followers(from);
    return std::ranges::find(next, to) != next.end() || path_through_others(from, to);
  }

  std::size_t count() const { return set_.size(); }
  std::size_t set(std::size_t id) const { return set_[id]; }
  const std::vector<std::size_t>& members(std::size_t set) const { return members_[set]; }

  void merge_if_acyclic(std::size_t a, std::size_t b) {
    a = set_[a];
    b = set_[b];
    if (a == b || path_through_others(a, b) || path_through_others(b, a)) return;
    if (members_[a].size() < members_[b].size()) std::swap(a, b);
    for (const std::size_t id : members_[b]) set_[id] = a;
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b].clear();
  }

  /// The sets that come after this one.
  std::vector<std::size_t> followers(std::size_t set) const {
    std::vector<std::size_t> result;
    for (const std::size_t id : members_[set])
      for (const std::size_t next : after_[id])
        if (set_[next] != set) result.push_back(set_[next]);
    std::ranges::sort(result);
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
  }

 private:
  /// Every reader of a variable sees its old value. A window op is computed where it is read, and may look at
  /// any element there, so its readers are kept apart from the assignment.
  void order_assignments() {
    std::vector<const Node*> assignment(graph_.size(), nullptr);
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (needed_[id] != 0 && is_assign(graph_.node(id)))
        assignment[graph_.node(id).inputs()[0]->id()] = &graph_.node(id);
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& reader = graph_.node(id);
      // A training step names the variable it is guarded by, but looks at it before anything else.
      if (needed_[id] == 0 || as<Step>(reader.op()) != nullptr) continue;
      for (const Node* input : reader.inputs())
        if (const Node* assign = assignment[storage_of(*input).id()]; assign != nullptr)
          require(reader, *assign);
      for (const Node* input : reader.inputs())
        if (input->op().kind() == Kind::window)
          for (const Node* read : input->inputs())
            if (const Node* assign = assignment[storage_of(*read).id()]; assign != nullptr) {
              if (assign == &reader)
                require(*input, *assign);
              else
                separate(reader, *assign);
            }
    }
    for (const Node* assign : assignment)
      if (assign != nullptr) order_overwriting(*assign);
  }

  /// A kernel that writes over a variable does so in place where all other readers of the variable can come
  /// first.
  void order_overwriting(const Node& assign) {
    const Node& variable = *assign.inputs()[0];
    const Node& value = storage_of(*assign.inputs()[1]);
    const auto over = value.op().overwrites();
    if (!over || &storage_of(*value.inputs()[*over]) != &variable) return;
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& reader = graph_.node(id);
      if (needed_[id] == 0 || &reader == &value || &reader == &assign) continue;
      for (const Node* input : reader.inputs())
        if (&storage_of(*input) == &variable && !reaches(value.id(), id)) require(reader, value);
    }
  }

  bool path_through_others(std::size_t from, std::size_t to) {
    ++visit_;
    std::vector<std::size_t> open;
    for (const std::size_t next : followers(from))
      if (next != to) open.push_back(next);
    while (!open.empty()) {
      const std::size_t set = open.back();
      open.pop_back();
      if (set == to) return true;
      if (visited_[set] == visit_) continue;
      visited_[set] = visit_;
      for (const std::size_t id : members_[set])
        for (const std::size_t next : after_[id])
          if (set_[next] != set && visited_[set_[next]] != visit_) open.push_back(set_[next]);
    }
    return false;
  }

  const Graph& graph_;
  const std::vector<char>& needed_;
  std::vector<std::size_t> set_;
  std::vector<std::vector<std::size_t>> members_;
  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> visited_;
  std::size_t visit_ = 0;
};

class Scheduler {
 public:
  Scheduler(const Lowering& lowering, bool fuse)
      : graph_(*lowering.graph),
        needed_(needed_by(graph_, lowering.roots)),
        stages_(graph_, needed_),
        fuse_(fuse) {
    find_guard();
    find_standalone(lowering.roots);
    if (fuse_) fuse_elementwise();
  }

  ExecutionOrder run() {
    ExecutionOrder result;
    result.guard = guard_;
    result.counts = counts_;
    for (const std::size_t set : order()) emit(result, set);
    result.guard_stage = result.stages.size();
    for (std::size_t s = 0; s < result.stages.size() && guard_ != nullptr; ++s)
      if (std::ranges::find(result.stages[s].nodes, guard_) != result.stages[s].nodes.end()) {
        result.guard_stage = s;
        break;
      }
    return result;
  }

 private:
  bool made_up(std::size_t id) const { return id >= graph_.size(); }

  bool computed(const Node& node) const {
    const Kind kind = node.op().kind();
    return needed_[node.id()] != 0 && kind != Kind::source && kind != Kind::alias &&
           (kind != Kind::effect || is_assign(node));
  }

  bool tiled(const Node& node) const {
    const Kind kind = node.op().kind();
    return kind == Kind::elementwise || kind == Kind::window || is_assign(node);
  }

  void find_guard() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (needed_[id] == 0 || as<Step>(node.op()) == nullptr) continue;
      if (counts_)
        throw GraphError("a program takes one training step, but two are wanted: compile one for each");
      counts_ = true;
      guard_ = &storage_of(*node.inputs()[0]);
    }
    if (guard_ == nullptr) return;
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (needed_[id] != 0 && is_assign(graph_.node(id))) guard(graph_.node(id));
  }

  /// An assignment waits for the guard, and so does a kernel that would write its value over the variable.
  void guard(const Node& assign) {
    stages_.separate(*guard_, assign);
    const Node& value = storage_of(*assign.inputs()[1]);
    if (value.op().overwrites() && &value != guard_ && !stages_.reaches(value.id(), guard_->id()))
      stages_.separate(*guard_, value);
  }

  /// Window ops are computed anew in every tiled stage that reads them; one that something else reads as well
  /// needs a stage of its own.
  void find_standalone(const Exprs& roots) {
    standalone_.assign(graph_.size(), 0);
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (needed_[id] == 0) continue;
      for (const Node* input : node.inputs()) {
        const Kind kind = node.op().kind();
        const bool by_tile =
            fuse_ && input->op().kind() != Kind::alias && (kind == Kind::elementwise || is_assign(node));
        if (!by_tile) standalone_[storage_of(*input).id()] = 1;
      }
    }
    for (const Expr& root : roots) standalone_[storage_of(root.node()).id()] = 1;
  }

  void fuse_elementwise() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (!computed(node) || !tiled(node) || node.op().kind() == Kind::window) continue;
      for (const Node* input : node.inputs()) {
        const Node& producer = *input;
        if (computed(producer) && producer.op().kind() == Kind::elementwise &&
            producer.shape() == node.shape())
          stages_.merge_if_acyclic(producer.id(), id);
      }
    }
  }

  /// Topological, by a small preference: assignments as soon as they can be, else as declared.
  std::vector<std::size_t> order() {
    std::vector<std::size_t> waits(stages_.count(), 0);
    std::vector<std::size_t> sets;
    for (std::size_t id = 0; id < stages_.count(); ++id)
      if ((made_up(id) || needed_[id] != 0) && stages_.set(id) == id) sets.push_back(id);
    for (const std::size_t set : sets)
      for (const std::size_t next : stages_.followers(set)) ++waits[next];

    std::set<std::pair<std::size_t, std::size_t>> ready;
    for (const std::size_t set : sets)
      if (waits[set] == 0) ready.emplace(priority(set), set);
    std::vector<std::size_t> result;
    while (!ready.empty()) {
      const std::size_t set = ready.begin()->second;
      ready.erase(ready.begin());
      result.push_back(set);
      for (const std::size_t next : stages_.followers(set))
        if (--waits[next] == 0) ready.emplace(priority(next), next);
    }
    if (result.size() != sets.size()) throw InternalError("the stages of the program wait for each other");
    return result;
  }

  std::size_t priority(std::size_t set) const {
    const auto& members = stages_.members(set);
    const bool at_once = std::ranges::any_of(
        members, [&](std::size_t id) { return made_up(id) || is_assign(graph_.node(id)); });
    return at_once ? 0 : 1 + *std::ranges::min_element(members);
  }

  void emit(ExecutionOrder& schedule, std::size_t set) {
    std::vector<std::size_t> members;
    for (const std::size_t id : stages_.members(set))
      if (!made_up(id) && computed(graph_.node(id))) members.push_back(id);
    if (members.empty()) return;
    const Node& first = graph_.node(members.front());
    if (members.size() == 1 && first.op().kind() == Kind::window && standalone_[first.id()] == 0) return;

    // Assignments come last, after everything in their tile has read the old values.
    std::ranges::sort(members, [&](std::size_t a, std::size_t b) {
      return std::pair(is_assign(graph_.node(a)), a) < std::pair(is_assign(graph_.node(b)), b);
    });
    Stage stage;
    stage.tiled = tiled(first);
    for (const std::size_t id : members) {
      const Node& node = graph_.node(id);
      if (fuse_ && stage.tiled && node.op().kind() != Kind::window) inline_windows(stage, node);
      stage.nodes.push_back(&node);
    }
    schedule.stages.push_back(std::move(stage));
  }

  void inline_windows(Stage& stage, const Node& reader) const {
    for (const Node* input : reader.inputs())
      if (input->op().kind() == Kind::window && std::ranges::find(stage.nodes, input) == stage.nodes.end())
        stage.nodes.push_back(input);
  }

  const Graph& graph_;
  std::vector<char> needed_;
  Stages stages_;
  bool fuse_;
  const Node* guard_ = nullptr;
  bool counts_ = false;
  std::vector<char> standalone_;
};

}  // namespace

ExecutionOrder schedule(const Lowering& lowering, bool fuse) { return Scheduler(lowering, fuse).run(); }

}  // namespace gradus
