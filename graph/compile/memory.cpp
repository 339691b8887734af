#include <gradus/base/error.hpp>
#include <gradus/graph/compile/arena_layout.hpp>
#include <gradus/graph/compile/memory.hpp>
#include <gradus/graph/compile/regions.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

class Planner {
 public:
  Planner(const LoweredGraph& lowered, const ExecutionSchedule& schedule, Index capacity, Index scalar_bytes,
          bool share, int threads)
      : graph_(*lowered.graph),
        roots_(lowered.roots),
        schedule_(schedule),
        capacity_(capacity),
        scalar_bytes_(scalar_bytes),
        share_(share),
        threads_(threads),
        produced_(graph_.size(), none),
        last_(graph_.size(), 0),
        position_(graph_.size(), 0),
        readings_(graph_.size()),
        is_root_(graph_.size(), 0),
        used_outside_(graph_.size(), 0),
        of_block_(graph_.size(), 0),
        successor_(graph_.size(), nullptr) {
    plan_.places.resize(graph_.size());
    for (std::size_t r = 0; r < schedule_.regions.size(); ++r) region_.resize(schedule_.regions[r].end, r);
    plan_.assigned_in_place.assign(graph_.size(), 0);
  }

  MemoryPlan run() {
    find_lifetimes();
    place_sources();
    place_assigned();
    find_values_of_blocks();
    if (share_) write_over_inputs();
    collect_buffers();
    plan_.arena_lines = lay_out(plan_.buffers, Place::In::arena);
    plan_.block_lines = lay_out(plan_.block_buffers, Place::In::block);
    spread_aliases();
    return std::move(plan_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Index lines(const Node& node) const { return lines(node, capacity_); }

  Index lines(const Node& node, Index examples) const {
    const Index bytes = node.shape().count(examples) * scalar_bytes_;
    return (bytes + static_cast<Index>(alignment) - 1) / static_cast<Index>(alignment);
  }

  /// The sum of sizes in lines, which in bytes must be an Index too.
  Index added(Index lines, Index more) const {
    Index bytes = 0;
    if (__builtin_add_overflow(lines, more, &lines) ||
        __builtin_mul_overflow(lines, static_cast<Index>(alignment), &bytes))
      throw ValueError(
          fmt::format("a capacity of {} examples is too large: together the values of the program would take "
                      "2⁶³ bytes and more",
                      capacity_));
    return lines;
  }

  bool has_effect(const Node& node) const { return node.op().kind() == Kind::effect; }

  /// Where a value is read: by which node, and where that stands.
  struct Reading {
    std::size_t stage;
    std::size_t position;  ///< in the stage
    const Node* by;
    std::size_t input;  ///< of that node
    std::pair<std::size_t, std::size_t> when() const { return {stage, position}; }
    bool own_rows() const { return reads_own_rows(*by, input); }
  };

  void find_lifetimes() {
    std::vector<std::size_t> in_stage(graph_.size(), none);
    for (std::size_t s = 0; s < schedule_.stages.size(); ++s) {
      const Stage& stage = schedule_.stages[s];
      for (std::size_t i = 0; i < stage.nodes.size(); ++i) {
        const Node* node = stage.nodes[i];
        if (!stage.inlines(*node)) produced_[node->id()] = s;
        position_[node->id()] = i;
        in_stage[node->id()] = s;
      }
      for (std::size_t i = 0; i < stage.nodes.size(); ++i)
        for (std::size_t k = 0; k < stage.nodes[i]->inputs().size(); ++k) {
          const Node& input = *stage.nodes[i]->inputs()[k];
          read(input, {s, i, stage.nodes[i], k}, stage.tiled && in_stage[input.id()] == s);
        }
    }
    for (const Expr& root : roots_) {
      keep_to_the_end(root.node());
      is_root_[storage_of(root.node()).id()] = 1;
    }
    if (schedule_.finite_check != nullptr) keep_to_the_end(*schedule_.finite_check);
  }

  void read(const Node& input, const Reading& reading, bool same_tile) {
    const Node& storage = storage_of(input);
    last_[storage.id()] = std::max(last_[storage.id()], reading.stage);
    readings_[storage.id()].push_back(reading);
    if (!same_tile || &storage != &input || reading.by->op().kind() == Kind::gather)
      used_outside_[storage.id()] = 1;
  }

  void keep_to_the_end(const Node& node) {
    const Node& storage = storage_of(node);
    last_[storage.id()] = schedule_.stages.size();
    used_outside_[storage.id()] = 1;
  }

  void place_sources() {
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (const auto* stored = as<VariableRead>(node.op())) {
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
      } else if (read_where_it_lies(node)) {
        plan_.places[id] = {Place::In::fed, static_cast<Index>(plan_.fed.size())};
        plan_.fed.push_back(&node);
      }
    }
  }

  /// Not an output, which the caller may look at when what was fed is gone.
  bool read_where_it_lies(const Node& node) const {
    const auto anywhere = [&](const Reading& reading) {
      const auto over = reading.by->op().overwrites();
      return reading.by->op().anywhere() && !(over && &storage_of(*reading.by->inputs()[*over]) == &node);
    };
    return as<Input>(node.op()) != nullptr && is_root_[node.id()] == 0 &&
           std::ranges::all_of(readings_[node.id()], anywhere);
  }

  /// A value that is assigned to a variable is computed in the variable's own memory where nothing afterwards
  /// reads the old value.
  void place_assigned() {
    for (std::size_t s = 0; s < schedule_.stages.size(); ++s)
      for (const Node* node : schedule_.stages[s].nodes)
        if (has_effect(*node)) place_value_of(*node, s);
  }

  void place_value_of(const Node& assign, std::size_t stage) {
    const Node& variable = *assign.inputs()[0];
    const Node& value = storage_of(*assign.inputs()[1]);
    const Place home = plan_.places[variable.id()];
    if (plan_.places[value.id()].in != Place::In::nowhere || produced_[value.id()] == none) return;
    const bool in_tile = value.op().kind() == Kind::elementwise && produced_[value.id()] == stage &&
                         !read_after(stage, variable, value);
    const bool over = value.op().overwrites() &&
                      &storage_of(*value.inputs()[*value.op().overwrites()]) == &variable &&
                      last_reader_is(variable, value) && !reads_otherwise(value, variable) &&
                      after_finite_check(produced_[value.id()]);
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

  /// Nothing of the state may change before the loss is known to be finite.
  bool after_finite_check(std::size_t stage) const {
    const bool at_the_start = schedule_.finite_check_stage == schedule_.stages.size();
    return schedule_.finite_check == nullptr || at_the_start || stage > schedule_.finite_check_stage;
  }

  /// Whether a value is read in a stage behind one of the stage's nodes. Assignments read at the end.
  bool read_after(std::size_t stage, const Node& read, const Node& node) const {
    const auto& readings = readings_[read.id()];
    const std::pair when(stage, position_[node.id()]);
    for (auto r = std::ranges::upper_bound(readings, when, {}, &Reading::when);
         r != readings.end() && r->stage == stage; ++r)
      if (!has_effect(*r->by)) return true;
    return false;
  }

  bool last_reader_is(const Node& variable, const Node& reader) const {
    const auto& readings = readings_[variable.id()];
    const std::pair when(produced_[reader.id()], std::size_t{0});
    const bool read_otherwise =
        std::any_of(std::ranges::lower_bound(readings, when, {}, &Reading::when), readings.end(),
                    [&](const Reading& r) { return r.by != &reader && !has_effect(*r.by); });
    return !read_otherwise && is_root_[variable.id()] == 0;
  }

  bool in_arena(const Node& node) const {
    const bool fed = as<Input>(node.op()) != nullptr;
    return plan_.places[node.id()].in == Place::In::nowhere && !has_effect(node) &&
           node.op().kind() != Kind::view &&
           (fed || (produced_[node.id()] != none && (used_outside_[node.id()] != 0)));
  }

  /// y may be written over x when x has its last use in this stage, no later than y is made, as much memory,
  /// and each element of y needs that element of x alone. A rowwise op may ask for the same about one of its
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
          if (of_block_[x.id()] != of_block_[y->id()]) continue;
          if (!in_arena(x) || successor_[x.id()] != nullptr || last_[x.id()] != s || lines(x) != lines(*y))
            continue;
          if (produced_[x.id()] == s || read_after(s, x, *y) || read_by_window(s, x) || read_by_others(s, x))
            continue;
          successor_[x.id()] = y;
          break;
        }
      }
    }
  }

  /// Made in a segment and read nowhere else.
  void find_values_of_blocks() {
    for (const Stage& stage : schedule_.stages)
      for (const Node* node : stage.nodes)
        if (stage.segment != 0 && !stage.inlines(*node) && in_arena(*node) && is_root_[node->id()] == 0 &&
            last_[node->id()] < schedule_.stages.size())
          of_block_[node->id()] = std::ranges::all_of(readings_[node->id()], [&](const Reading& reading) {
            return schedule_.stages[reading.stage].segment == stage.segment && reading.own_rows();
          });
  }

  bool read_by_window(std::size_t stage, const Node& x) const {
    const std::vector<Reading>& all = readings_[x.id()];
    const auto first = std::ranges::lower_bound(all, stage, {}, &Reading::stage);
    const auto last = std::ranges::upper_bound(all, stage, {}, &Reading::stage);
    return std::any_of(first, last, [](const Reading& r) { return r.by->op().kind() == Kind::gather; });
  }

  /// Whether another thread may read x while this stage writes over it.
  bool read_by_others(std::size_t stage, const Node& x) const {
    const Region& region = schedule_.regions[region_[stage]];
    const Rows rows = rows_of(schedule_.stages[stage].shape());
    return std::ranges::any_of(readings_[x.id()], [&](const Reading& r) {
      return r.stage >= region.first && r.stage < region.end && r.stage != stage &&
             !(rows_of(schedule_.stages[r.stage].shape()) == rows && r.own_rows());
    });
  }

  /// Nodes that take each other's place in memory form one buffer, from the first's making to the last's last
  /// use.
  void collect_buffers() {
    std::vector<char> inherited(graph_.size(), 0);
    for (const Node* successor : successor_)
      if (successor != nullptr) inherited[successor->id()] = 1;
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      if (!in_arena(node)) continue;
      if (inherited[id] != 0) continue;
      const Node* end = &node;
      while (successor_[end->id()] != nullptr) end = successor_[end->id()];
      const std::size_t first = produced_[id] == none ? 0 : produced_[id];
      const std::size_t last = std::max(first, last_[end->id()]);
      if (of_block_[id] != 0)
        plan_.block_buffers.push_back({&node, 0, lines(node, block_size), first, last});
      else
        plan_.buffers.push_back(alive({&node, 0, lines(node), first, last}));
    }
    count_unplanned();
  }

  /// Where threads walk through a region without each other, the first may be at its end when the last is at
  /// its beginning; and a thread is at the beginning of a segment again when it has been at its end.
  Range together(std::size_t stage) const {
    const auto stages = static_cast<Index>(schedule_.stages.size());
    Range result{static_cast<Index>(stage), static_cast<Index>(stage) + 1};
    if (result.begin >= stages) return result;
    const Region& region = schedule_.regions[region_[stage]];
    if (threads_ > 1 && !region.alone)
      return {static_cast<Index>(region.first), static_cast<Index>(region.end)};
    const auto segment = [&](Index s) { return schedule_.stages[static_cast<std::size_t>(s)].segment; };
    if (segment(result.begin) == 0) return result;
    while (result.begin > 0 && segment(result.begin - 1) == segment(result.end - 1)) --result.begin;
    while (result.end < stages && segment(result.end) == segment(result.begin)) ++result.end;
    return result;
  }

  BufferRecord alive(BufferRecord buffer) const {
    buffer.first = static_cast<std::size_t>(together(buffer.first).begin);
    buffer.last = static_cast<std::size_t>(together(buffer.last).end) - 1;
    return buffer;
  }

  void count_unplanned() {
    Index all = 0;
    for (std::size_t id = 0; id < graph_.size(); ++id) {
      const Node& node = graph_.node(id);
      const Kind kind = node.op().kind();
      const bool computed = kind == Kind::elementwise || kind == Kind::gather || kind == Kind::rowwise;
      if (computed || as<Input>(node.op()) != nullptr) all = added(all, lines(node));
    }
    plan_.unplanned_bytes = all * static_cast<Index>(alignment);
  }

  /// Returns how many lines there are.
  Index lay_out(std::vector<BufferRecord>& buffers, Place::In in) {
    std::vector<std::size_t> order(buffers.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return buffers[a].lines > buffers[b].lines; });
    const std::size_t end = schedule_.stages.size();
    ArenaLayout layout(end);
    Index lines = 0;
    for (const std::size_t i : order) {
      BufferRecord& buffer = buffers[i];
      buffer.line =
          share_ ? layout.place(buffer.first, buffer.last, buffer.lines) : layout.place(0, end, buffer.lines);
      lines = std::max(lines, buffer.line + buffer.lines);
      for (const Node* node = buffer.node; node != nullptr; node = successor_[node->id()])
        plan_.places[node->id()] = {in, buffer.line};
    }
    return lines;
  }

  void spread_aliases() {
    for (std::size_t id = 0; id < graph_.size(); ++id)
      if (graph_.node(id).op().kind() == Kind::view)
        plan_.places[id] = plan_.places[storage_of(graph_.node(id)).id()];
  }

  const Graph& graph_;
  const Exprs& roots_;
  const ExecutionSchedule& schedule_;
  Index capacity_;
  Index scalar_bytes_;
  bool share_;
  int threads_;
  std::vector<std::size_t> region_;  ///< by stage
  std::vector<std::size_t> produced_;
  std::vector<std::size_t> last_;
  std::vector<std::size_t> position_;           ///< in its stage
  std::vector<std::vector<Reading>> readings_;  ///< by what is read, in order
  std::vector<char> is_root_;
  std::vector<char> used_outside_;
  std::vector<char> of_block_;  ///< by node: each thread keeps it for one block
  std::vector<const Node*> successor_;
  MemoryPlan plan_;
};

}  // namespace

MemoryPlan plan_memory(const LoweredGraph& lowered, const ExecutionSchedule& schedule, Index capacity,
                       Index scalar_bytes, bool share, int threads) {
  return Planner(lowered, schedule, capacity, scalar_bytes, share, threads).run();
}

}  // namespace gradus
