#include <gradus/base/error.hpp>
#include <gradus/graph/compile/regions.hpp>
#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/compile/stages.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>
#include <set>

namespace gradus {

const Node& storage_of(const Node& node) {
  const Node* at = &node;
  while (at->op().kind() == Kind::view) at = at->inputs()[0];
  return *at;
}

namespace {

bool is_assign(const Node& node) { return as<Assign>(node.op()) != nullptr; }

/// Is a gather op of a variable assigned to it? Computed tile by tile it would read what is new already.
bool looks_around(const Node& window, const Node& assign) {
  if (window.op().kind() != Kind::gather || !is_assign(assign)) return false;
  return std::ranges::any_of(window.inputs(),
                             [&](const Node* input) { return &storage_of(*input) == assign.inputs()[0]; });
}

/// Puts every reader of a variable before its assignment, so that each sees the old value.
class Assignments {
 public:
  Assignments(const Graph& graph, const std::vector<char>& needed, Stages& stages)
      : graph_(graph), needed_(needed), stages_(stages), assigned_(graph.size()) {
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (needed_[id] != 0 && is_assign(graph_.node(id)))
        assigned_[graph_.node(id).inputs()[0]->id()].by = &graph_.node(id);
    for (std::size_t id = 0; id < graph_.size(); ++id)
      // A training step names the variable whose finiteness it checks, but looks at it before anything else.
      if (needed_[id] != 0 && as<Step>(graph_.node(id).op()) == nullptr) come_first(graph_.node(id));
    for (const Assigned& assigned : assigned_)
      if (assigned.by != nullptr) order_overwriting(assigned);
  }

 private:
  struct Assigned {
    const Node* by = nullptr;
    std::vector<const Node*> readers;
  };

  /// A gather op is computed where it is read, and may look at any element there, so its readers are kept
  /// apart from the assignment.
  void come_first(const Node& reader) {
    for (const Node* input : reader.inputs()) {
      Assigned& assigned = assigned_[storage_of(*input).id()];
      if (assigned.by == nullptr) continue;
      stages_.require(reader, *assigned.by);
      assigned.readers.push_back(&reader);
    }
    for (const Node* input : reader.inputs())
      if (input->op().kind() == Kind::gather)
        for (const Node* read : input->inputs())
          if (const Node* assign = assigned_[storage_of(*read).id()].by; assign != nullptr) {
            if (assign == &reader)
              stages_.require(*input, *assign);
            else
              stages_.separate(reader, *assign);
          }
  }

  /// A kernel that writes over a variable does so in place where all other readers of the variable can come
  /// first.
  void order_overwriting(const Assigned& assigned) {
    const Node& variable = *assigned.by->inputs()[0];
    const Node& value = storage_of(*assigned.by->inputs()[1]);
    const auto over = value.op().overwrites();
    if (!over || &storage_of(*value.inputs()[*over]) != &variable) return;
    for (const Node* reader : assigned.readers)
      if (reader != &value && reader != assigned.by && !stages_.reaches(value, *reader))
        stages_.require(*reader, value);
  }

  const Graph& graph_;
  const std::vector<char>& needed_;
  Stages& stages_;
  std::vector<Assigned> assigned_;  ///< by variable
};

class Scheduler {
 public:
  Scheduler(const LoweredGraph& lowered, bool fuse)
      : graph_(*lowered.graph),
        needed_(needed_by(graph_, lowered.roots)),
        stages_(graph_, needed_),
        fuse_(fuse),
        inlined_(graph_.size(), 0) {
    Assignments(graph_, needed_, stages_);
    find_finite_check();
    find_standalone(lowered.roots);
    stages_.order();
    if (fuse_) fuse_elementwise();
  }

  ExecutionSchedule run(bool regions) {
    ExecutionSchedule result;
    result.finite_check = finite_check_;
    result.counts = counts_;
    result.searched = stages_.searched();
    for (const std::size_t set : order()) emit(result, set);
    result.witnesses = std::move(witnesses_);
    if (regions)
      form_regions(graph_, result);
    else
      for (std::size_t s = 0; s < result.stages.size(); ++s) result.regions.push_back({s, s + 1, false});
    result.finite_check_stage = finite_check_stage(result);
    return result;
  }

 private:
  std::size_t finite_check_stage(const ExecutionSchedule& schedule) const {
    const std::vector<Stage>& stages = schedule.stages;
    std::vector<char> known(graph_.size(), 0);
    if (finite_check_ != nullptr) known[finite_check_->id()] = 1;
    for (const Node* witness : schedule.witnesses.computed) known[witness->id()] = 1;
    for (std::size_t s = stages.size(); s-- > 0;)
      for (const Node* node : stages[s].nodes)
        if (known[node->id()] != 0 && !stages[s].inlines(*node)) return s;
    return stages.size();
  }

  bool made_up(std::size_t id) const { return id >= graph_.size(); }

  bool computed(const Node& node) const {
    const Kind kind = node.op().kind();
    return needed_[node.id()] != 0 && kind != Kind::source && kind != Kind::view &&
           (kind != Kind::effect || is_assign(node));
  }

  bool tiled(const Node& node) const {
    const Kind kind = node.op().kind();
    return kind == Kind::elementwise || kind == Kind::gather || is_assign(node);
  }

  void find_finite_check() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (needed_[id] == 0 || as<Step>(node.op()) == nullptr) continue;
      if (counts_)
        throw GraphError("a program takes one training step, but has two as outputs: compile one for each");
      counts_ = true;
      finite_check_ = &storage_of(*node.inputs()[0]);
    }
    if (finite_check_ != nullptr) wait_for_witnesses();
  }

  /// Assignments wait for the finite check and the witnesses, and so do kernels that would write their values
  /// over variables. The update's own nodes stay out of the witnesses' tiles, to share those of the
  /// assignments.
  void wait_for_witnesses() {
    witnesses_ = find_witnesses(graph_, needed_);
    for (const auto& [witness, reader] : witnesses_.readers)
      if (!is_assign(*reader)) stages_.separate(*witness, *reader);
    std::vector<const Node*> known = witnesses_.computed;
    known.push_back(finite_check_);
    std::vector<const Node*> waiting;
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (needed_[id] == 0 || !is_assign(node)) continue;
      waiting.push_back(&node);
      const Node& value = storage_of(*node.inputs()[1]);
      if (value.op().overwrites()) waiting.push_back(&value);
    }
    stages_.separate(known, waiting);
  }

  /// Gather ops are computed anew in every tiled stage that reads them; one that something else reads as well
  /// needs a stage of its own.
  void find_standalone(const Exprs& roots) {
    standalone_.assign(graph_.size(), 0);
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (needed_[id] == 0) continue;
      for (const Node* input : node.inputs()) {
        const Kind kind = node.op().kind();
        const bool by_tile = fuse_ && input->op().kind() != Kind::view &&
                             (kind == Kind::elementwise || is_assign(node)) && !looks_around(*input, node);
        if (!by_tile) standalone_[storage_of(*input).id()] = 1;
      }
    }
    for (const Expr& root : roots) standalone_[storage_of(root.node()).id()] = 1;
  }

  void fuse_elementwise() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (!computed(node) || !tiled(node) || node.op().kind() == Kind::gather) continue;
      for (const Node* input : node.inputs()) {
        const Node& producer = *input;
        if (computed(producer) && producer.op().kind() == Kind::elementwise &&
            producer.shape() == node.shape())
          stages_.merge_if_acyclic(producer, node);
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
    return result;
  }

  std::size_t priority(std::size_t set) const {
    const auto& members = stages_.members(set);
    const bool at_once = std::ranges::any_of(
        members, [&](std::size_t id) { return made_up(id) || is_assign(graph_.node(id)); });
    return at_once ? 0 : 1 + *std::ranges::min_element(members);
  }

  void emit(ExecutionSchedule& schedule, std::size_t set) {
    std::vector<std::size_t> members;
    for (const std::size_t id : stages_.members(set))
      if (!made_up(id) && computed(graph_.node(id))) members.push_back(id);
    if (members.empty()) return;
    const Node& first = graph_.node(members.front());
    if (members.size() == 1 && first.op().kind() == Kind::gather && standalone_[first.id()] == 0) return;

    // Assignments come last, after everything in their tile has read the old values.
    std::ranges::sort(members, [&](std::size_t a, std::size_t b) {
      return std::pair(is_assign(graph_.node(a)), a) < std::pair(is_assign(graph_.node(b)), b);
    });
    Stage stage;
    ++stage_;
    stage.tiled = tiled(first);
    for (const std::size_t id : members) {
      const Node& node = graph_.node(id);
      if (fuse_ && stage.tiled && node.op().kind() != Kind::gather) inline_windows(stage, node);
      stage.nodes.push_back(&node);
    }
    schedule.stages.push_back(std::move(stage));
  }

  void inline_windows(Stage& stage, const Node& reader) {
    for (const Node* input : reader.inputs())
      if (input->op().kind() == Kind::gather && inlined_[input->id()] != stage_ &&
          !looks_around(*input, reader)) {
        inlined_[input->id()] = stage_;
        stage.nodes.push_back(input);
      }
  }

  const Graph& graph_;
  std::vector<char> needed_;
  Stages stages_;
  bool fuse_;
  const Node* finite_check_ = nullptr;
  Witnesses witnesses_;
  bool counts_ = false;
  std::vector<char> standalone_;
  std::size_t stage_ = 0;             ///< how many there are so far
  std::vector<std::size_t> inlined_;  ///< by gather op: the last stage it was put into
};

}  // namespace

ExecutionSchedule schedule(const LoweredGraph& lowered, bool fuse, bool regions) {
  return Scheduler(lowered, fuse).run(regions);
}

}  // namespace gradus
