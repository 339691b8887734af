#pragma once

#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/plan.hpp>
#include <gradus/graph/thread_pool.hpp>

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

  /// Computes all stages, on the pool's threads where there is one; returns false, before any assignment,
  /// when the guard is not finite.
  bool run(std::int64_t step, std::uint64_t seed, ThreadPool* pool);

  Scalar* address(const Node& node) const;
  View<const Scalar> view(const Node& node) const { return {address(node), node.shape().at(batch_)}; }
  const Plan<Scalar>& plan() const { return *plan_; }

  /// Whether nobody else holds the plan.
  bool last_owner() const { return plan_.use_count() == 1; }
  Index batch() const { return batch_; }

 private:
  /// In memory at `base`, or in the register `reg` of the thread that computes.
  struct BoundOperand {
    Scalar* base;
    Index reg;
  };
  struct Local {
    Buffer<Scalar> registers;
    Buffer<Scalar> scratch;
    std::vector<const Scalar*> pointers;
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
    Index unit = 1;  ///< of rows; see Op::unit
    Index work = 0;  ///< numbers read and written
  };

  BoundOperand locate(const TileOperand& operand) const;
  static Scalar* find(const BoundOperand& operand, const Local& local, Index begin) {
    return operand.base != nullptr ? operand.base + begin
                                   : local.registers.data() + operand.reg * tile_size<Scalar>;
  }
  void bind_stage(const PlannedStage& stage);
  void bind_tiles(const PlannedStage& stage, BoundStage& bound);
  void run_stage(const BoundStage& stage, ThreadPool* pool);
  void run_rows(const BoundStage& stage, Range rows, int thread);
  void run_tiles(const BoundStage& stage, Range elements, int thread);

  std::shared_ptr<const Plan<Scalar>> plan_;
  std::vector<Tensor<Scalar>>* values_;
  Scalar* arena_ = nullptr;
  Index batch_ = 0;
  std::vector<Local> locals_;  ///< one for each thread
  Buffer<Scalar> step_{1};
  Buffer<Scalar> key_{RandomKey::size};
  Buffer<Scalar> size_{1};
  std::vector<BoundStage> stages_;
  std::vector<BoundStep> steps_;
  std::vector<BoundOperand> operands_;
  std::vector<View<const Scalar>> views_;
};

/// The memory of a state that programs compute in: one arena for all of them, grown to the largest.
template <class Scalar>
class Workspaces {
 public:
  /// The program's workspace for this batch. Throws MemoryError when there is not as much memory.
  Workspace<Scalar>& ready(const std::shared_ptr<const Plan<Scalar>>& plan,
                           std::vector<Tensor<Scalar>>& values, Index batch);

  /// So many threads; null for one, the caller\'s own.
  ThreadPool* threads(int count);

 private:
  Workspace<Scalar>& allocated(const std::shared_ptr<const Plan<Scalar>>& plan,
                               std::vector<Tensor<Scalar>>& values, Index batch);

  Buffer<Scalar> arena_{0};
  std::vector<std::unique_ptr<Workspace<Scalar>>> each_;
  std::unique_ptr<ThreadPool> pool_;
};

extern template class Workspace<float>;
extern template class Workspace<double>;
extern template class Workspaces<float>;
extern template class Workspaces<double>;

}  // namespace gradus
