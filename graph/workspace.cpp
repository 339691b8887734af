#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/workspace.hpp>

#include <algorithm>
#include <cmath>

namespace gradus {

template <class Scalar>
Workspace<Scalar>::Workspace(std::shared_ptr<const Plan<Scalar>> plan, std::vector<Tensor<Scalar>>& values)
    : plan_(std::move(plan)), values_(&values) {
  Index most_registers = 0;
  std::size_t most_inputs = 0;
  Index most_scratch = 1;
  for (const PlannedStage& stage : plan_->stages) {
    most_registers = std::max(most_registers, stage.registers);
    for (const TileStep& step : stage.steps) most_inputs = std::max(most_inputs, step.in.size());
    if (stage.node == nullptr) continue;
    std::vector<Extents> inputs;
    for (const Node* input : stage.node->inputs()) inputs.push_back(input->shape().at(plan_->capacity));
    most_scratch = std::max(most_scratch, stage.node->op().scratch(inputs, stage.shape.at(plan_->capacity)));
  }
  registers_ = Buffer<Scalar>(most_registers * tile_size<Scalar>);
  scratch_ = Buffer<Scalar>(most_scratch);
  pointers_.resize(most_inputs);
}

template <class Scalar>
Scalar* Workspace<Scalar>::address(const Node& node) const {
  const Place place = plan_->memory.places[node.id()];
  switch (place.in) {
    case Place::In::arena:
      return arena_ + place.index * lanes<Scalar>;
    case Place::In::state:
      return (*values_)[static_cast<std::size_t>(place.index)].data();
    case Place::In::constants:
      return plan_->constants[static_cast<std::size_t>(place.index)].data();
    case Place::In::step:
      return step_.data();
    case Place::In::nowhere:
      break;
  }
  return nullptr;
}

template <class Scalar>
void Workspace<Scalar>::bind(Scalar* arena, Index batch) {
  if (arena_ == arena && batch_ == batch) return;
  arena_ = arena;
  batch_ = batch;
  stages_.clear();
  steps_.clear();
  operands_.clear();
  views_.clear();
  // Views are pointed into while they are made, so they must not move.
  std::size_t views = 0;
  for (const PlannedStage& stage : plan_->stages) {
    if (stage.node != nullptr) views += stage.node->inputs().size();
    for (const TileStep& step : stage.steps) views += step.node->inputs().size();
  }
  views_.reserve(views);
  for (const PlannedStage& stage : plan_->stages) bind_stage(stage);
}

template <class Scalar>
void Workspace<Scalar>::bind_stage(const PlannedStage& stage) {
  BoundStage bound;
  bound.size = stage.shape.count(batch_);
  if (stage.node == nullptr) {
    bind_tiles(stage, bound);
  } else {
    const std::size_t first = views_.size();
    for (const Node* input : stage.node->inputs()) views_.push_back(view(*input));
    const Extents extents = stage.shape.at(batch_);
    const Index rows = extents.rank == 0 ? 1 : extents[0];
    bound.op = &stage.node->op();
    bound.call = {{address(*stage.node), extents},
                  views_.data() + first,
                  stage.node->inputs().size(),
                  {0, rows},
                  scratch_.data()};
    if (stage.copied != nullptr) bound.copied = address(*stage.copied);
  }
  stages_.push_back(bound);
}

template <class Scalar>
typename Workspace<Scalar>::BoundOperand Workspace<Scalar>::locate(const TileOperand& operand) const {
  if (operand.node != nullptr) return {address(*operand.node), 1};
  return {registers_.data() + operand.reg * tile_size<Scalar>, 0};
}

template <class Scalar>
void Workspace<Scalar>::bind_tiles(const PlannedStage& stage, BoundStage& bound) {
  bound.first_step = steps_.size();
  bound.steps = stage.steps.size();
  for (const TileStep& step : stage.steps) {
    const Op& op = step.node->op();
    BoundStep made{&op, op.kind(), step.once, locate(step.out), 0, step.in.size(), stage.shape.at(batch_)};
    if (op.kind() == Kind::window) {
      made.first_input = views_.size();
      for (const Node* input : step.node->inputs()) views_.push_back(view(*input));
    } else {
      made.first_input = operands_.size();
      for (const TileOperand& operand : step.in) operands_.push_back(locate(operand));
    }
    steps_.push_back(made);
  }
}

template <class Scalar>
void Workspace<Scalar>::run_tiles(const BoundStage& stage) {
  for (Index begin = 0; begin < stage.size; begin += tile_size<Scalar>) {
    const Index size = std::min(tile_size<Scalar>, stage.size - begin);
    for (std::size_t s = 0; s < stage.steps; ++s) {
      const BoundStep& step = steps_[stage.first_step + s];
      Scalar* out = step.out.base + step.out.stride * begin;
      if (step.kind == Kind::window) {
        // A value that is the same everywhere fills its register once, for the longest tile there is.
        if (step.once && begin > 0) continue;
        step.op->evaluate(
            Window<Scalar>{out, step.extents, {begin, begin + size}, views_.data() + step.first_input});
        continue;
      }
      const BoundOperand* in = operands_.data() + step.first_input;
      for (std::size_t i = 0; i < step.inputs; ++i) pointers_[i] = in[i].base + in[i].stride * begin;
      if (step.kind == Kind::effect)
        std::copy_n(pointers_[0], size, out);
      else
        step.op->evaluate(Tile<Scalar>{out, pointers_.data(), step.inputs, padded<Scalar>(size)});
    }
  }
}

template <class Scalar>
void Workspace<Scalar>::run_stage(const BoundStage& stage) {
  if (stage.op == nullptr) return run_tiles(stage);
  if (stage.copied != nullptr) std::copy_n(stage.copied, stage.size, stage.call.output.data);
  stage.op->evaluate(stage.call);
}

template <class Scalar>
bool Workspace<Scalar>::run(std::int64_t step) {
  step_.data()[0] = static_cast<Scalar>(step);
  const auto finite = [&] { return std::isfinite(address(*plan_->schedule.guard)[0]); };
  const bool guarded = plan_->schedule.guard != nullptr;
  if (guarded && plan_->schedule.guard_stage == stages_.size() && !finite()) return false;
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    run_stage(stages_[s]);
    if (guarded && s == plan_->schedule.guard_stage && !finite()) return false;
  }
  return true;
}

template <class Scalar>
Workspace<Scalar>& Workspaces<Scalar>::ready(const std::shared_ptr<const Plan<Scalar>>& plan,
                                             std::vector<Tensor<Scalar>>& values, Index batch) {
  const Index needed = plan->memory.arena_lines * lanes<Scalar>;
  if (arena_.size() < needed) arena_ = Buffer<Scalar>(needed);
  for (const auto& workspace : each_)
    if (&workspace->plan() == plan.get()) {
      workspace->bind(arena_.data(), batch);
      return *workspace;
    }
  each_.push_back(std::make_unique<Workspace<Scalar>>(plan, values));
  each_.back()->bind(arena_.data(), batch);
  return *each_.back();
}

template class Workspace<float>;
template class Workspace<double>;
template class Workspaces<float>;
template class Workspaces<double>;

}  // namespace gradus
