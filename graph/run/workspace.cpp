#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/workspace.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>

namespace gradus {
namespace {

/// p + n, which may lie outside of the array p points into.
template <class Scalar>
Scalar* moved(Scalar* p, Index n) {
  return reinterpret_cast<Scalar*>(reinterpret_cast<std::intptr_t>(p) +
                                   n * static_cast<Index>(sizeof(Scalar)));
}

/// A thread's part of `all`, in whole units.
Range share_of(Index all, Index unit, int thread, int threads) {
  const Index units = (all + unit - 1) / unit;
  return {std::min(all, units * thread / threads * unit),
          std::min(all, units * (thread + 1) / threads * unit)};
}

}  // namespace

template <class Scalar>
Workspace<Scalar>::Workspace(std::shared_ptr<const Plan<Scalar>> plan, std::vector<Tensor<Scalar>>& values)
    : plan_(std::move(plan)), values_(&values) {
  Index most_registers = 0;
  std::size_t most_inputs = 0;
  std::size_t most_addresses = 0;
  Index most_scratch = 1;
  for (const PlannedStage& stage : plan_->stages) {
    most_registers = std::max(most_registers, stage.registers);
    for (const TileStep& step : stage.steps) most_inputs = std::max(most_inputs, step.in.size());
    if (stage.node == nullptr) continue;
    std::vector<Extents> inputs;
    for (const Node* input : stage.node->inputs()) inputs.push_back(input->shape().at(plan_->capacity));
    most_scratch = std::max(most_scratch, stage.node->op().scratch(inputs, stage.shape.at(plan_->capacity)));
  }
  for (const auto& parts : plan_->code)
    for (const TileCode<Scalar>& part : parts) most_addresses = std::max(most_addresses, part.memory.size());
  for (int thread = 0; thread < plan_->threads; ++thread)
    locals_.push_back({Buffer<Scalar>(most_registers * register_stride<Scalar>),
                       Buffer<Scalar>(most_scratch),
                       Buffer<Scalar>(plan_->memory.block_lines * lanes<Scalar>),
                       {},
                       std::vector<const Scalar*>(most_inputs),
                       std::vector<Scalar*>(most_addresses),
                       0,
                       0});
  fed_.assign(plan_->memory.fed.size(), nullptr);
  witness_.assign(plan_->lowered.graph->size(), 0);
  for (const Node* node : plan_->schedule.witnesses.computed) witness_[node->id()] = 1;
  if (plan_->schedule.finite_check == nullptr) return;
  for (const Stage& stage : plan_->schedule.stages)
    for (const Node* node : stage.nodes)
      if (as<Assign>(node->op()) != nullptr)
        assigned_.push_back(as<VariableRead>(node->inputs()[0]->op())->index);
}

template <class Scalar>
Scalar* Workspace<Scalar>::address(const Node& node) const {
  const Place place = plan_->memory.places[node.id()];
  switch (place.in) {
    case Place::In::arena:
      return arena_.data() + place.index * lanes<Scalar>;
    case Place::In::state:
      return (*values_)[static_cast<std::size_t>(place.index)].data();
    case Place::In::constants:
      return plan_->constants[static_cast<std::size_t>(place.index)].data();
    case Place::In::step:
      return step_.data();
    case Place::In::random_key:
      return key_.data();
    case Place::In::batch_size:
      return size_.data();
    case Place::In::block:
    case Place::In::fed:
    case Place::In::nowhere:
      break;
  }
  throw InternalError(fmt::format("'{}' has no place in memory", node.name()));
}

template <class Scalar>
View<const Scalar> Workspace<Scalar>::view(const Node& node) const {
  const Place place = plan_->memory.places[node.id()];
  const Extents extents = node.shape().at(batch_);
  if (place.in == Place::In::fed) return {fed_[static_cast<std::size_t>(place.index)], extents};
  if (place.in == Place::In::block) return {nullptr, extents};
  return {address(node), extents};
}

template <class Scalar>
View<const Scalar> Workspace<Scalar>::bind_view(const Node& node) {
  const Place place = plan_->memory.places[node.id()];
  if (place.in == Place::In::fed)
    fed_views_.emplace_back(views_.size(), static_cast<std::size_t>(place.index));
  if (place.in == Place::In::block)
    block_views_.push_back({views_.size(), place.index * lanes<Scalar>, node.shape().count(block_size)});
  return view(node);
}

/// Whether numbers that are fed lie where the run computes: results of another run, or a variable.
template <class Scalar>
bool Workspace<Scalar>::may_be_written(std::span<const Scalar> values) const {
  const auto overlaps = [&](std::span<const Scalar> other) {
    const std::less<const Scalar*> before;
    return before(values.data(), other.data() + other.size()) &&
           before(other.data(), values.data() + values.size());
  };
  return overlaps(arena_) ||
         std::ranges::any_of(*values_, [&](const Tensor<Scalar>& value) { return overlaps(value.span()); });
}

template <class Scalar>
void Workspace<Scalar>::feed(const Node& input, std::span<const Scalar> values) {
  const Place place = plan_->memory.places[input.id()];
  if (place.in != Place::In::fed) {
    std::ranges::copy(values, address(input));
    return;
  }
  const auto number = static_cast<std::size_t>(place.index);
  if (may_be_written(values)) {
    kept_.resize(fed_.size());
    kept_[number].assign(values.begin(), values.end());
    values = kept_[number];
  }
  if (fed_[number] == values.data()) return;
  fed_[number] = values.data();
  for (const auto& [view, its] : fed_views_)
    if (its == number)
      for (Local& local : locals_) local.views[view].data = values.data();
}

template <class Scalar>
void Workspace<Scalar>::bind(std::span<Scalar> arena, Index batch) {
  if (arena_.data() == arena.data() && batch_ == batch) return;
  arena_ = arena;
  batch_ = batch;
  size_.data()[0] = static_cast<Scalar>(batch);
  stages_.clear();
  regions_.clear();
  steps_.clear();
  operands_.clear();
  addresses_.clear();
  views_.clear();
  fed_views_.clear();
  block_views_.clear();
  // For any batch, so that one met for the first time allocates nothing.
  regions_.reserve(plan_->stages.size());
  shares_.reserve(plan_->stages.size());
  for (std::size_t i = 0; i < plan_->stages.size(); ++i) bind_stage(plan_->stages[i], plan_->code[i]);
  for (Local& local : locals_) local.views = views_;
  for (const Region& region : plan_->schedule.regions) bind_region(region);
}

/// Stages that share rows out alike do so in one unit: whole calls of each kernel, and whole cache lines of
/// each tiled stage.
template <class Scalar>
void Workspace<Scalar>::bind_region(const Region& region) {
  const std::span<BoundStage> stages(stages_.data() + region.first, region.end - region.first);
  Index work = 0;
  shares_.clear();
  const auto unit_of = [&](const Rows& rows) -> Index& {
    const auto found = std::ranges::find(shares_, rows, &std::pair<Rows, Index>::first);
    return found != shares_.end() ? found->second : shares_.emplace_back(rows, 1).second;
  };
  for (const BoundStage& stage : stages) {
    work += stage.work;
    const Index row = std::max<Index>(stage.size / std::max<Index>(stage.extent, 1), 1);
    const Index unit = stage.op != nullptr ? stage.unit : lanes<Scalar> / std::gcd(lanes<Scalar>, row);
    Index& shared = unit_of(stage.rows);
    shared = std::lcm(shared, unit * stage.examples);
  }
  for (BoundStage& stage : stages) stage.share = std::max<Index>(unit_of(stage.rows) / stage.examples, 1);
  const bool shared_out = !region.alone && work >= plan_->least_work;
  if (!shared_out || has_rows_to_share(stages)) {
    regions_.push_back({region.first, region.end, shared_out, false});
    return;
  }
  for (std::size_t s = region.first; s < region.end;) {
    const BoundStage& stage = stages_[s];
    const std::size_t end = end_of_segment(s, region.end);
    const bool by_columns = end == s + 1 && stage.op != nullptr && stage.work >= plan_->least_work &&
                            stage.op->column_unit(stage.call.output.extents) > 0;
    regions_.push_back({s, end, false, by_columns});
    s = end;
  }
}

/// Behind the stages that are computed block by block with this one; behind itself where there are none.
template <class Scalar>
std::size_t Workspace<Scalar>::end_of_segment(std::size_t stage, std::size_t limit) const {
  const std::vector<Stage>& stages = plan_->schedule.stages;
  std::size_t end = stage + 1;
  while (stages[stage].segment != 0 && end < limit && stages[end].segment == stages[stage].segment) ++end;
  return end;
}

/// Whether there is more than one share of a stage. A batch of few examples has none.
template <class Scalar>
bool Workspace<Scalar>::has_rows_to_share(std::span<const BoundStage> stages) {
  return std::ranges::any_of(stages, [](const BoundStage& stage) { return stage.extent > stage.share; });
}

template <class Scalar>
void Workspace<Scalar>::bind_stage(const PlannedStage& stage, const std::vector<TileCode<Scalar>>& code) {
  BoundStage bound;
  bound.first_block_view = block_views_.size();
  bound.rows = rows_of(stage.shape);
  bound.size = stage.shape.count(batch_);
  bound.extent = stage.shape.is_scalar() ? 1 : stage.shape[0].at(batch_);
  bound.examples = !stage.shape.is_scalar() && stage.shape[0].is_blocks() ? block_size : 1;
  if (stage.node == nullptr) {
    bind_tiles(stage, bound);
    for (const TileCode<Scalar>& part : code) {
      BoundStep& first = steps_[bound.first_step + part.first];
      first.code = &part;
      first.first_address = addresses_.size();
      for (const Node* node : part.memory) addresses_.push_back(locate(node, -1));
    }
  } else {
    const std::size_t first = views_.size();
    for (const Node* input : stage.node->inputs()) views_.push_back(bind_view(*input));
    const Extents extents = stage.shape.at(batch_);
    bound.op = &stage.node->op();
    bound.unit = bound.op->unit(extents);
    const BoundOperand out = locate(stage.node, -1);
    bound.block = out.block;
    bound.first_view = first;
    bound.call = {{out.base, extents}, nullptr, stage.node->inputs().size(), {0, bound.extent}, nullptr};
    bound.work = bound.size;
    for (std::size_t i = 0; i < stage.node->inputs().size(); ++i) bound.work += views_[first + i].size();
    if (stage.copied != nullptr) bound.copied = address(*stage.copied);
    bound.witness = witness_[stage.node->id()] != 0;
  }
  bound.block_views = block_views_.size() - bound.first_block_view;
  stages_.push_back(bound);
}

template <class Scalar>
typename Workspace<Scalar>::BoundOperand Workspace<Scalar>::locate(const Node* node, Index reg) const {
  if (node == nullptr) return {nullptr, reg, -1};
  const Place place = plan_->memory.places[node->id()];
  if (place.in == Place::In::block) return {nullptr, -1, place.index * lanes<Scalar>};
  return {address(*node), -1, -1};
}

template <class Scalar>
typename Workspace<Scalar>::Seen Workspace<Scalar>::seen(const TileStep& step) const {
  if (plan_->schedule.finite_check == nullptr || step.out.node == nullptr) return Seen::no;
  if (plan_->memory.places[step.out.node->id()].in == Place::In::state) return Seen::assigned;
  return witness_[step.node->id()] != 0 ? Seen::witness : Seen::no;
}

template <class Scalar>
void Workspace<Scalar>::bind_tiles(const PlannedStage& stage, BoundStage& bound) {
  bound.first_step = steps_.size();
  bound.steps = stage.steps.size();
  bound.work = bound.size * static_cast<Index>(bound.steps);
  for (const TileStep& step : stage.steps) {
    const Op& op = step.node->op();
    BoundStep made{&op, op.kind(),      step.loop_invariant,   seen(step), locate(step.out),
                   0,   step.in.size(), stage.shape.at(batch_)};
    if (op.kind() == Kind::gather) {
      made.first_input = views_.size();
      for (const Node* input : step.node->inputs()) views_.push_back(bind_view(*input));
    } else {
      made.first_input = operands_.size();
      for (const TileOperand& operand : step.in) operands_.push_back(locate(operand));
    }
    steps_.push_back(made);
  }
}

template <class Scalar>
void Workspace<Scalar>::run_code(const BoundStep& step, Local& local, Index first, Index begin,
                                 Index size) const {
  const std::size_t memories = step.code->memory.size();
  for (std::size_t m = 0; m < memories; ++m)
    local.addresses[m] = find(addresses_[step.first_address + m], local, first, begin);
  step.code->function(local.addresses.data(), local.registers.data(),
                      static_cast<std::size_t>(padded<Scalar>(size)) * sizeof(Scalar));
}

template <class Scalar>
void Workspace<Scalar>::look_at(const BoundStep& step, Local& local, Index first, Index begin, Index size) {
  if (step.seen == Seen::no) return;
  Magnitude<Scalar>& most = step.seen == Seen::witness ? local.witnessed : local.assigned;
  most = std::max(most, magnitude(find(step.out, local, first, begin), size));
}

template <class Scalar>
void Workspace<Scalar>::gather(const BoundStep& step, Local& local, Index first, Index begin,
                               Index size) const {
  step.op->evaluate(GatherTile<Scalar>{find(step.out, local, first, begin),
                                       step.extents,
                                       {begin, begin + size},
                                       local.views.data() + step.first_input});
}

template <class Scalar>
void Workspace<Scalar>::run_tiles(const BoundStage& stage, Range elements, int thread) {
  Local& local = locals_[static_cast<std::size_t>(thread)];
  const BoundStep* steps = steps_.data() + stage.first_step;
  // A value that is the same everywhere fills its register once, for the first tile, the longest there is.
  const Index longest = std::min(tile_size<Scalar>, elements.size());
  for (std::size_t s = 0; s < stage.steps; ++s)
    if (steps[s].loop_invariant && longest > 0)
      gather(steps[s], local, elements.begin, elements.begin, longest);
  for (Index begin = elements.begin; begin < elements.end; begin += tile_size<Scalar>) {
    const Index size = std::min(tile_size<Scalar>, elements.end - begin);
    for (std::size_t s = 0; s < stage.steps; ++s) {
      const BoundStep& step = steps[s];
      if (step.loop_invariant) continue;
      if (step.code != nullptr) {
        run_code(step, local, elements.begin, begin, size);
        const std::size_t behind = s + step.code->steps;
        for (; s < behind; ++s) look_at(steps[s], local, elements.begin, begin, size);
        --s;
        continue;
      }
      if (step.kind == Kind::gather) {
        gather(step, local, elements.begin, begin, size);
        continue;
      }
      Scalar* out = find(step.out, local, elements.begin, begin);
      const BoundOperand* in = operands_.data() + step.first_input;
      for (std::size_t i = 0; i < step.inputs; ++i)
        local.pointers[i] = find(in[i], local, elements.begin, begin);
      if (step.kind == Kind::effect)
        std::copy_n(local.pointers[0], size, out);
      else
        step.op->evaluate(Tile<Scalar>{out, local.pointers.data(), step.inputs, padded<Scalar>(size)});
      look_at(step, local, elements.begin, begin, size);
    }
  }
}

template <class Scalar>
void Workspace<Scalar>::run_rows(const BoundStage& stage, Range rows, int thread) {
  Call<Scalar> call = stage.call;
  Local& local = locals_[static_cast<std::size_t>(thread)];
  call.scratch = local.scratch.data();
  call.in = local.views.data() + stage.first_view;
  const Index row = stage.size / stage.extent;
  if (stage.block >= 0) call.output.data = moved(local.block.data() + stage.block, -rows.begin * row);
  const Index step = stage.unit == 1 ? std::max<Index>(rows.size(), 1) : stage.unit;
  for (Index begin = rows.begin; begin < rows.end; begin += step) {
    call.part = {begin, std::min(begin + step, rows.end)};
    if (stage.copied != nullptr)
      std::copy_n(stage.copied + begin * row, call.part.size() * row, call.output.data + begin * row);
    stage.op->evaluate(call);
    if (stage.witness)
      local.witnessed =
          std::max(local.witnessed, magnitude(call.output.data + begin * row, call.part.size() * row));
  }
}

/// Some rows of one stage. Those of a segment begin with a block, which is where the thread's memory for one
/// begins too.
template <class Scalar>
void Workspace<Scalar>::run_part(const BoundStage& stage, Range rows, int thread) {
  if (rows.size() == 0) return;
  const Timed timed(timeline_, thread, static_cast<std::size_t>(&stage - stages_.data()));
  Local& local = locals_[static_cast<std::size_t>(thread)];
  const Index block = rows.begin * stage.examples / block_size;
  for (std::size_t v = 0; v < stage.block_views; ++v) {
    const BlockView& view = block_views_[stage.first_block_view + v];
    local.views[view.view].data = moved(local.block.data() + view.block, -block * view.size);
  }
  if (stage.op != nullptr) return run_rows(stage, rows, thread);
  const Index row = stage.size / stage.extent;
  run_tiles(stage, {rows.begin * row, rows.end * row}, thread);
}

/// A thread's share of the columns of a stage that has few rows.
template <class Scalar>
void Workspace<Scalar>::run_columns(const BoundStage& stage, int thread, int threads) {
  Call<Scalar> call = stage.call;
  const Extents& extents = call.output.extents;
  const Index all = extents[extents.rank - 1];
  call.columns = share_of(all, stage.op->column_unit(extents), thread, threads);
  if (call.columns.size() == 0) return;
  const Timed timed(timeline_, thread, static_cast<std::size_t>(&stage - stages_.data()));
  Local& local = locals_[static_cast<std::size_t>(thread)];
  call.scratch = local.scratch.data();
  call.in = local.views.data() + stage.first_view;
  stage.op->evaluate(call);
  if (!stage.witness) return;
  for (Index row = 0; row < stage.extent; ++row)
    local.witnessed = std::max(
        local.witnessed, magnitude(call.output.data + row * all + call.columns.begin, call.columns.size()));
}

/// A thread's share of one stage, or of the stages of a segment. Work is handed out in whole units of rows,
/// and what is computed of one does not depend on the others, so the number of threads changes no bit.
template <class Scalar>
void Workspace<Scalar>::run_share(std::size_t first, std::size_t end, int thread, int threads) {
  const BoundStage& stage = stages_[first];
  const Range rows = share_of(stage.extent, stage.share, thread, threads);
  if (end == first + 1) return run_part(stage, rows, thread);
  for (Index at = rows.begin * stage.examples; at < rows.end * stage.examples; at += block_size)
    for (std::size_t s = first; s < end; ++s) {
      const BoundStage& each = stages_[s];
      run_part(each, {at / each.examples, std::min(each.extent, (at + block_size) / each.examples)}, thread);
    }
}

template <class Scalar>
void Workspace<Scalar>::run_region(const BoundRegion& region, ThreadPool* pool) {
  const auto run = [&](int thread, int threads) {
    for (std::size_t s = region.first; s < region.end;) {
      const std::size_t end = end_of_segment(s, region.end);
      run_share(s, end, thread, threads);
      s = end;
    }
  };
  if (pool == nullptr || !(region.shared_out || region.by_columns)) return run(0, 1);
  const int threads = plan_->threads;
  pool->run([&](int thread) {
    if (thread >= threads) return;
    if (region.by_columns)
      run_columns(stages_[region.first], thread, threads);
    else
      run(thread, threads);
  });
}

template <class Scalar>
void Workspace<Scalar>::prepare(std::int64_t step, std::uint64_t seed) {
  step_.data()[0] = static_cast<Scalar>(step);
  RandomKey::write(key_.data(), seed, step);
  for (Local& local : locals_) local.witnessed = local.assigned = 0;
}

/// Each thread looks at a part, which it brings into its cache for the stages to come.
template <class Scalar>
void Workspace<Scalar>::look_at_given(ThreadPool* pool) {
  const int threads = pool == nullptr ? 1 : plan_->threads;
  for (const Node* node : plan_->schedule.witnesses.given) {
    const Scalar* values = view(*node).data;
    const Index size = node->shape().count(batch_);
    const auto look = [&](int thread, int of) {
      const Timed timed(timeline_, thread, Interval::checking);
      Magnitude<Scalar>& most = locals_[static_cast<std::size_t>(thread)].witnessed;
      const Range part = share_of(size, 1, thread, of);
      most = std::max(most, magnitude(values + part.begin, part.size()));
    };
    if (threads == 1 || size < plan_->least_work)
      look(0, 1);
    else
      pool->run([&](int thread) {
        if (thread < threads) look(thread, threads);
      });
  }
}

template <class Scalar>
Magnitude<Scalar> Workspace<Scalar>::most(Magnitude<Scalar> Local::*of) const {
  Magnitude<Scalar> result = 0;
  for (const Local& local : locals_) result = std::max(result, local.*of);
  return result;
}

/// Before the first assignment: the loss, and all that the updates read.
template <class Scalar>
Outcome Workspace<Scalar>::run(std::int64_t step, std::uint64_t seed, ThreadPool* pool, Timeline* timeline) {
  timeline_ = timeline;
  prepare(step, seed);
  look_at_given(pool);
  if (plan_->schedule.finite_check == nullptr) {
    for (const BoundRegion& region : regions_) run_region(region, pool);
    return Outcome::done;
  }
  std::size_t next = 0;
  if (plan_->schedule.finite_check_stage < stages_.size())
    while (next < regions_.size() && regions_[next].first <= plan_->schedule.finite_check_stage)
      run_region(regions_[next++], pool);
  const Magnitude<Scalar> read = most(&Local::witnessed);
  if (!std::isfinite(view(*plan_->schedule.finite_check)[0]) || !is_finite<Scalar>(read))
    return Outcome::refused;
  if (!is_moderate<Scalar>(read)) return try_updates(next, pool);
  for (; next < regions_.size(); ++next) run_region(regions_[next], pool);
  return is_finite<Scalar>(most(&Local::assigned)) ? Outcome::done : Outcome::damaged;
}

/// Updates of large numbers may overflow, so the variables' old values are kept until the new ones have been
/// looked at.
template <class Scalar>
Outcome Workspace<Scalar>::try_updates(std::size_t next, ThreadPool* pool) {
  before_.clear();
  for (const std::size_t variable : assigned_) before_.push_back((*values_)[variable]);
  for (; next < regions_.size(); ++next) run_region(regions_[next], pool);
  bool finite = true;
  for (const std::size_t variable : assigned_) {
    const Tensor<Scalar>& value = (*values_)[variable];
    if (is_finite<Scalar>(magnitude(value.data(), value.size()))) continue;
    overflowed_ = variable;
    finite = false;
  }
  // Copied, not moved: bound stages point at the variables' memory.
  if (!finite)
    for (std::size_t i = 0; i < assigned_.size(); ++i)
      std::ranges::copy(before_[i].span(), (*values_)[assigned_[i]].data());
  before_.clear();
  return finite ? Outcome::done : Outcome::withdrawn;
}

template class Workspace<float>;
template class Workspace<double>;

}  // namespace gradus
