#include <gradus/base/error.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/memory.hpp>

#include <algorithm>

namespace gradus {
namespace {

class Planner {
 public:
  Planner(const Lowering& lowering, const ExecutionOrder& schedule, Index capacity, Index scalar_bytes,
          bool share)
      : graph_(*lowering.graph),
        roots_(lowering.roots),
        schedule_(schedule),
        capacity_(capacity),
        scalar_bytes_(scalar_bytes),
        share_(share),
        produced_(graph_.size(), none),
        last_(graph_.size(), 0),
        used_outside_(graph_.size(), 0),
        heir_(graph_.size(), nullptr) {
    plan_.places.resize(graph_.size());
    plan_.assigned_in_place.assign(graph_.size(), 0);
  }

  MemoryPlan run() {
    find_lifetimes();
    place_sources();
    place_assigned();
    if (share_) write_over_inputs();
    collect_buffers();
    lay_out();
    spread_aliases();
    return std::move(plan_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Index lines(const Node& node) const {
    const Index bytes = node.shape().count(capacity_) * scalar_bytes_;
    return (bytes + static_cast<Index>(alignment) - 1) / static_cast<Index>(alignment);
  }

  bool is_assign(const Node& node) const { return node.op().kind() == Kind::effect; }

  void find_lifetimes() {
    for (std::size_t s = 0; s < schedule_.stages.size(); ++s) {
      const Stage& stage = schedule_.stages[s];
      for (const Node* node : stage.nodes) {
        const bool within_tile = stage.tiled && node->op().kind() == Kind::window && stage.nodes.size() > 1;
        if (!within_tile) produced_[node->id()] = s;
      }
      for (const Node* node : stage.nodes)
        for (const Node* input : node->inputs()) read(*input, *node, stage, s);
    }
    for (const Expr& root : roots_) keep_to_the_end(root.node());
    if (schedule_.guard != nullptr) keep_to_the_end(*schedule_.guard);
  }

  void read(const Node& input, const Node& reader, const Stage& stage, std::size_t s) {
    const Node& storage = storage_of(input);
    last_[storage.id()] = std::max(last_[storage.id()], s);
    const bool same_tile = stage.tiled && &storage == &input && reader.op().kind() != Kind::window &&
                           std::ranges::find(stage.nodes, &input) != stage.nodes.end();
    if (!same_tile) used_outside_[storage.id()] = 1;
  }

  void keep_to_the_end(const Node& node) {
    const Node& storage = storage_of(node);
    last_[storage.id()] = schedule_.stages.size();
    used_outside_[storage.id()] = 1;
  }

  void place_sources() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (const auto* stored = as<Stored>(node.op())) {
        plan_.places[id] = {Place::In::state, static_cast<Index>(stored->index)};
      } else if (as<Constant>(node.op()) != nullptr) {
        plan_.places[id] = {Place::In::constants, static_cast<Index>(plan_.constants.size())};
        plan_.constants.push_back(&node);
      } else if (as<StepCounter>(node.op()) != nullptr) {
        plan_.places[id] = {Place::In::step, 0};
      } else if (as<RandomKey>(node.op()) != nullptr) {
        plan_.places[id] = {Place::In::random_key, 0};
      } else if (as<BatchSize>(node.op()) != nullptr) {
        plan_.places[id] = {Place::In::batch_size, 0};
      }
    }
  }

  /// A value that is assigned to a variable is computed in the variable's own memory where nothing afterwards
  /// reads the old value.
  void place_assigned() {
    for (const Stage& stage : schedule_.stages)
      for (const Node* node : stage.nodes)
        if (is_assign(*node)) place_value_of(*node, stage);
  }

  void place_value_of(const Node& assign, const Stage& stage) {
    const Node& variable = *assign.inputs()[0];
    const Node& value = storage_of(*assign.inputs()[1]);
    const Place home = plan_.places[variable.id()];
    if (plan_.places[value.id()].in != Place::In::nowhere || produced_[value.id()] == none) return;
    const bool in_tile = value.op().kind() == Kind::elementwise &&
                         std::ranges::find(stage.nodes, &value) != stage.nodes.end() &&
                         !read_after(stage, variable, value);
    const bool over = value.op().overwrites() &&
                      &storage_of(*value.inputs()[*value.op().overwrites()]) == &variable &&
                      last_reader_is(variable, value) && !reads_otherwise(value, variable) &&
                      after_guard(produced_[value.id()]);
    if (!in_tile && !over) return;
    plan_.places[value.id()] = home;
    plan_.assigned_in_place[assign.id()] = 1;
  }

  /// A kernel that writes over one input must not find it again behind another.
  bool reads_otherwise(const Node& kernel, const Node& written) const {
    for (std::size_t i = 0; i < kernel.inputs().size(); ++i)
      if (kernel.op().overwrites() != i && &storage_of(*kernel.inputs()[i]) == &written) return true;
    return false;
  }

  /// Nothing of the state may change before the guard is known to be finite.
  bool after_guard(std::size_t stage) const {
    const bool at_the_start = schedule_.guard_stage == schedule_.stages.size();
    return schedule_.guard == nullptr || at_the_start || stage > schedule_.guard_stage;
  }

  bool read_after(const Stage& stage, const Node& read, const Node& node) const {
    bool after = false;
    for (const Node* other : stage.nodes) {
      if (after && !is_assign(*other))
        for (const Node* input : other->inputs())
          if (&storage_of(*input) == &read) return true;
      if (other == &node) after = true;
    }
    return false;
  }

  bool last_reader_is(const Node& variable, const Node& reader) const {
    for (std::size_t s = produced_[reader.id()]; s < schedule_.stages.size(); ++s)
      for (const Node* node : schedule_.stages[s].nodes)
        if (node != &reader && !is_assign(*node))
          for (const Node* input : node->inputs())
            if (&storage_of(*input) == &variable) return false;
    return std::ranges::none_of(roots_,
                                [&](const Expr& root) { return &storage_of(root.node()) == &variable; });
  }

  bool in_arena(const Node& node) const {
    const bool fed = as<Input>(node.op()) != nullptr;
    return plan_.places[node.id()].in == Place::In::nowhere && !is_assign(node) &&
           node.op().kind() != Kind::alias &&
           (fed || (produced_[node.id()] != none && (used_outside_[node.id()] != 0)));
  }

  /// y may be written over x when x has its last use in this stage, no later than y is made, as much memory,
  /// and each element of y needs that element of x alone. A kernel op may ask for the same about one of its
  /// inputs.
  void write_over_inputs() {
    for (std::size_t s = 0; s < schedule_.stages.size(); ++s) {
      const Stage& stage = schedule_.stages[s];
      for (const Node* y : stage.nodes) {
        if (!in_arena(*y)) continue;
        for (std::size_t i = 0; i < y->inputs().size(); ++i) {
          const Node& x = storage_of(*y->inputs()[i]);
          const bool asked = y->op().overwrites() == i;
          if (y->op().kind() != Kind::elementwise && !asked) continue;
          if (asked && reads_otherwise(*y, x)) continue;
          if (!in_arena(x) || heir_[x.id()] != nullptr || last_[x.id()] != s || lines(x) != lines(*y))
            continue;
          if (produced_[x.id()] == s || read_after(stage, x, *y) || read_by_window(stage, x)) continue;
          heir_[x.id()] = y;
          break;
        }
      }
    }
  }

  bool read_by_window(const Stage& stage, const Node& x) const {
    for (const Node* node : stage.nodes)
      if (node->op().kind() == Kind::window)
        for (const Node* input : node->inputs())
          if (&storage_of(*input) == &x) return true;
    return false;
  }

  /// Nodes that take each other's place in memory form one buffer, from the first's making to the last's last
  /// use.
  void collect_buffers() {
    std::vector<char> inherited(graph_.size(), 0);
    for (const Node* heir : heir_)
      if (heir != nullptr) inherited[heir->id()] = 1;
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (!in_arena(node)) continue;
      if (inherited[id] != 0) continue;
      const Node* end = &node;
      while (heir_[end->id()] != nullptr) end = heir_[end->id()];
      const std::size_t first = produced_[id] == none ? 0 : produced_[id];
      plan_.buffers.push_back({&node, 0, lines(node), first, std::max(first, last_[end->id()])});
    }
    count_unplanned();
  }

  void count_unplanned() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      const Kind kind = node.op().kind();
      const bool computed = kind == Kind::elementwise || kind == Kind::window || kind == Kind::kernel;
      if (computed || as<Input>(node.op()) != nullptr)
        plan_.unplanned_bytes += lines(node) * static_cast<Index>(alignment);
    }
  }

  void lay_out() {
    std::vector<std::size_t> order(plan_.buffers.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return plan_.buffers[a].lines > plan_.buffers[b].lines; });
    std::vector<const BufferRecord*> placed;
    for (const std::size_t i : order) {
      BufferRecord& buffer = plan_.buffers[i];
      buffer.line = lowest_free(placed, buffer);
      plan_.arena_lines = std::max(plan_.arena_lines, buffer.line + buffer.lines);
      placed.push_back(&buffer);
      for (const Node* node = buffer.node; node != nullptr; node = heir_[node->id()])
        plan_.places[node->id()] = {Place::In::arena, buffer.line};
    }
  }

  Index lowest_free(std::vector<const BufferRecord*>& placed, const BufferRecord& buffer) const {
    std::ranges::sort(placed, {}, [](const BufferRecord* other) { return other->line; });
    Index line = 0;
    for (const BufferRecord* other : placed) {
      const bool at_once = !share_ || (other->first <= buffer.last && buffer.first <= other->last);
      if (!at_once || other->line + other->lines <= line) continue;
      if (line + buffer.lines <= other->line) break;
      line = other->line + other->lines;
    }
    return line;
  }

  void spread_aliases() {
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (graph_.node(id).op().kind() == Kind::alias)
        plan_.places[id] = plan_.places[storage_of(graph_.node(id)).id()];
  }

  const Graph& graph_;
  const Exprs& roots_;
  const ExecutionOrder& schedule_;
  Index capacity_;
  Index scalar_bytes_;
  bool share_;
  std::vector<std::size_t> produced_;
  std::vector<std::size_t> last_;
  std::vector<char> used_outside_;
  std::vector<const Node*> heir_;
  MemoryPlan plan_;
};

}  // namespace

MemoryPlan plan_memory(const Lowering& lowering, const ExecutionOrder& schedule, Index capacity,
                       Index scalar_bytes, bool share) {
  return Planner(lowering, schedule, capacity, scalar_bytes, share).run();
}

}  // namespace gradus
