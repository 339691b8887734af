#include <gradus/base/error.hpp>
#include <gradus/graph/compile/regions.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

bool keeps_first_axis(const Node& node, std::size_t input) {
  std::vector<Shape> shapes;
  for (const Node* each : node.inputs()) shapes.push_back(each->shape());
  if (shapes[input].is_scalar() || node.shape().is_scalar()) return false;
  // An assignment copies number by number.
  return node.op().kind() == Kind::effect || node.op().independent_axis(shapes, input, 0) == std::size_t{0};
}

/// A matrix product wants more examples at once.
bool computes_by_blocks(const Stage& stage) {
  const Op& last = stage.nodes.back()->op();
  return rows_of(stage.shape()).of == Rows::Of::examples && !last.overwrites() &&
         (stage.tiled || last.unit(stage.shape().at(block_size)) == 1);
}

/// Which stages must come before which, and whether a share may go from one to the other without the rest.
class Regions {
 public:
  Regions(const Graph& graph, ExecutionSchedule& schedule)
      : schedule_(schedule),
        rows_(schedule.stages.size()),
        before_(schedule.stages.size()),
        region_(schedule.stages.size(), none),
        waits_(schedule.stages.size(), 0),
        checked_(schedule.stages.size(), 0),
        made_by_(graph.size(), none),
        touched_(graph.size()) {
    for (std::size_t s = 0; s < stages().size(); ++s) {
      rows_[s] = rows_of(stages()[s].shape());
      for (const Node* node : stages()[s].nodes)
        if (!stages()[s].inlines(*node)) made_by_[node->id()] = s;
    }
    for (std::size_t s = 0; s < stages().size(); ++s)
      for (const Node* node : stages()[s].nodes) find_needs(s, *node);
    for (const std::vector<Touch>& touches : touched_) keep_in_order(touches);
    if (schedule_.finite_check != nullptr) wait_for_finite_check();
  }

  void run() {
    while (order_.size() < stages().size()) {
      const std::size_t before = order_.size();
      collect(true);
      collect(false);
      if (order_.size() == before) throw InternalError("the regions of the program wait for each other");
    }
    std::vector<Stage> ordered;
    for (const std::size_t s : order_) ordered.push_back(std::move(schedule_.stages[s]));
    schedule_.stages = std::move(ordered);
    for (const Region& region : schedule_.regions)
      if (!region.alone) find_segments(region);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  struct Need {
    std::size_t stage;
    bool own_rows;
  };
  /// Where a variable is read or written, in the order of the stages.
  struct Touch {
    std::size_t stage;
    bool writes;
    bool own_rows;
  };

  const std::vector<Stage>& stages() const { return schedule_.stages; }

  void find_needs(std::size_t s, const Node& node) {
    const bool assigns = node.op().kind() == Kind::effect;
    const auto over = node.op().overwrites();
    for (std::size_t i = 0; i < node.inputs().size(); ++i) {
      if (node.op().sizes_only()) continue;
      const Node& input = *node.inputs()[i];
      const Node& storage = storage_of(input);
      const bool own = reads_own_rows(node, i);
      if (as<VariableRead>(storage.op()) != nullptr)
        touched_[storage.id()].push_back({s, over == i || (assigns && i == 0), own});
      const std::size_t from = made_by_[storage.id()];
      const bool inlined = input.op().kind() == Kind::gather && stages()[s].inlines(input) &&
                           std::ranges::find(stages()[s].nodes, &input) != stages()[s].nodes.end();
      if (from != none && from != s && !inlined) before_[s].push_back({from, own && rows_[from] == rows_[s]});
    }
  }

  void keep_in_order(const std::vector<Touch>& touches) {
    for (const Touch& later : touches)
      for (const Touch& earlier : touches)
        if (earlier.stage < later.stage && (earlier.writes || later.writes))
          before_[later.stage].push_back({earlier.stage, earlier.own_rows && later.own_rows &&
                                                             rows_[earlier.stage] == rows_[later.stage]});
  }

  /// Whatever may change the state comes in a later region than all that must be finite.
  void wait_for_finite_check() {
    const auto add = [&](const Node& node) {
      const std::size_t stage = made_by_[node.id()];
      if (stage == none || std::exchange(checked_[stage], 1) != 0) return;
      ++unchecked_;
    };
    add(*schedule_.finite_check);
    for (const Node* witness : schedule_.witnesses.computed) add(*witness);
    for (std::size_t s = 0; s < stages().size(); ++s)
      waits_[s] = std::ranges::any_of(stages()[s].nodes, [&](const Node* node) { return may_write(*node); });
  }

  /// Whether all that must be finite is computed before this region.
  bool known_before(std::size_t region) const { return unchecked_ == 0 && last_checked_ != region; }

  bool may_write(const Node& node) const {
    if (node.op().kind() == Kind::effect) return true;
    const auto over = node.op().overwrites();
    return over && as<VariableRead>(storage_of(*node.inputs()[*over]).op()) != nullptr;
  }

  /// One region of all stages that can be in it; of those of one thread, which may wait for each other as
  /// they like, or of those that are shared out.
  void collect(bool alone) {
    const std::size_t region = schedule_.regions.size();
    const std::size_t first = order_.size();
    for (std::size_t s = 0; s < stages().size(); ++s) {
      if (region_[s] != none || (rows_[s].of == Rows::Of::nothing) != alone) continue;
      if (waits_[s] != 0 && !known_before(region)) continue;
      const bool ready = std::ranges::all_of(before_[s], [&](const Need& need) {
        const std::size_t its = region_[need.stage];
        return its != none && (its != region || need.own_rows || alone);
      });
      if (!ready) continue;
      region_[s] = region;
      if (checked_[s] != 0) {
        --unchecked_;
        last_checked_ = region;
      }
      order_.push_back(s);
    }
    if (order_.size() > first) schedule_.regions.push_back({first, order_.size(), alone});
  }

  void find_segments(const Region& region) {
    std::size_t first = region.first;
    while (first < region.end) {
      std::size_t end = first;
      bool blocked = false;
      for (; end < region.end && computes_by_blocks(stages()[end]); ++end)
        blocked = blocked || stages()[end].shape().layout() == Layout::blocked;
      if (blocked && end - first > 1) {
        ++segments_;
        for (std::size_t s = first; s < end; ++s) schedule_.stages[s].segment = segments_;
      }
      first = std::max(end, first + 1);
    }
  }

  ExecutionSchedule& schedule_;
  std::size_t segments_ = 0;
  std::vector<Rows> rows_;
  std::vector<std::vector<Need>> before_;
  std::vector<std::size_t> region_;
  std::vector<char> waits_;    ///< by stage: it may change the state
  std::vector<char> checked_;  ///< by stage: what it computes must be finite before
  std::size_t unchecked_ = 0;  ///< of these, not yet in a region
  std::size_t last_checked_ = none;
  std::vector<std::size_t> made_by_;         ///< by node
  std::vector<std::vector<Touch>> touched_;  ///< by variable's node
  std::vector<std::size_t> order_;
};

}  // namespace

Rows rows_of(const Shape& shape) {
  if (shape.is_scalar()) return {};
  if (shape[0].is_batch()) return {Rows::Of::examples, 1};
  const Index count = shape[0].at(1);
  return count <= 1 ? Rows{} : Rows{Rows::Of::number, count};
}

bool reads_own_rows(const Node& node, std::size_t input) {
  if (!keeps_first_axis(node, input)) return false;
  const Node* at = node.inputs()[input];
  for (; at->op().kind() == Kind::view; at = at->inputs()[0])
    if (!keeps_first_axis(*at, 0)) return false;
  return true;
}

void form_regions(const Graph& graph, ExecutionSchedule& schedule) { Regions(graph, schedule).run(); }

}  // namespace gradus
