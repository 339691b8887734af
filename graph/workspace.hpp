#pragma once

#include <gradus/graph/plan.hpp>

#include <memory>
#include <vector>

namespace gradus {

/// A program's stages with addresses and sizes filled in for one state and one batch size, ready to run.
template <class Scalar>
class Workspace {
 public:
  Workspace(std::shared_ptr<const Plan<Scalar>> plan, std::vector<Tensor<Scalar>>& values);

  /// Fills in the addresses for this arena and batch; cheap when nothing changed.
  void bind(Scalar* arena, Index batch);

  /// Computes all stages; returns false, before any assignment, when the guard is not finite.
  bool run(std::int64_t step);

  Scalar* address(const Node& node) const;
  View<const Scalar> view(const Node& node) const { return {address(node), node.shape().at(batch_)}; }
  const Plan<Scalar>& plan() const { return *plan_; }
  Index batch() const { return batch_; }

 private:
  struct BoundOperand {
    Scalar* base;
    Index stride;  ///< 1 in memory, 0 in a register
  };
  struct BoundStep {
    const Op* op;
    Kind kind;
    bool once;
    BoundOperand out;
    std::size_t first_input;  ///< into operands_ for a tile, into views_ for a window
    std::size_t inputs;
    Extents extents;
  };
  struct BoundStage {
    const Op* op = nullptr;
    Call<Scalar> call{};
    const Scalar* copied = nullptr;
    std::size_t first_step = 0;
    std::size_t steps = 0;
    Index size = 0;
  };

  BoundOperand locate(const TileOperand& operand) const;
  void bind_stage(const PlannedStage& stage);
  void bind_tiles(const PlannedStage& stage, BoundStage& bound);
  void run_stage(const BoundStage& stage);
  void run_tiles(const BoundStage& stage);

  std::shared_ptr<const Plan<Scalar>> plan_;
  std::vector<Tensor<Scalar>>* values_;
  Scalar* arena_ = nullptr;
  Index batch_ = 0;
  Buffer<Scalar> registers_;
  Buffer<Scalar> scratch_{1};
  Buffer<Scalar> step_{1};
  std::vector<BoundStage> stages_;
  std::vector<BoundStep> steps_;
  std::vector<BoundOperand> operands_;
  std::vector<View<const Scalar>> views_;
  std::vector<const Scalar*> pointers_;
};

/// The memory of a state that programs compute in: one arena for all of them, grown to the largest.
template <class Scalar>
class Workspaces {
 public:
  Workspace<Scalar>& ready(const std::shared_ptr<const Plan<Scalar>>& plan,
                           std::vector<Tensor<Scalar>>& values, Index batch);

 private:
  Buffer<Scalar> arena_{0};
  std::vector<std::unique_ptr<Workspace<Scalar>>> each_;
};

extern template class Workspace<float>;
extern template class Workspace<double>;
extern template class Workspaces<float>;
extern template class Workspaces<double>;

}  // namespace gradus
