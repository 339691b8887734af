#pragma once

#include <gradus/graph/compile/plan.hpp>
#include <gradus/graph/compile/regions.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/magnitude.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/graph/run/thread_pool.hpp>
#include <gradus/graph/run/timeline.hpp>

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace gradus {

/// How a run ended.
enum class Outcome {
  done,
  refused,    ///< before any assignment: the loss or a witness is not finite
  withdrawn,  ///< an update of large numbers was not finite; all variables have their old values again
  damaged     ///< the same, found when the variables had been assigned
};

/// A program's stages with addresses and sizes filled in for one state and one batch size, ready to run.
template <class Scalar>
class Workspace {
 public:
  Workspace(std::shared_ptr<const Plan<Scalar>> plan, std::vector<Tensor<Scalar>>& values);

  /// Fills in the addresses for this arena and batch; cheap when nothing changed.
  void bind(std::span<Scalar> arena, Index batch);

  /// Computes all stages, on the pool's threads where there is one. What they do goes to the timeline, if
  /// any.
  Outcome run(std::int64_t step, std::uint64_t seed, ThreadPool* pool, Timeline* timeline);

  /// The values of an input for the next run. They must stay where they are until it ends.
  void feed(const Node& input, std::span<const Scalar> values);

  View<const Scalar> view(const Node& node) const;
  const Plan<Scalar>& plan() const { return *plan_; }

  /// After Outcome::withdrawn: the number of the variable.
  std::size_t overflowed() const { return overflowed_; }

  /// Whether nobody else holds the plan.
  bool last_owner() const { return plan_.use_count() == 1; }

 private:
  /// In memory at `base`, or with the thread that computes: in its register `reg`, or at `block` in its
  /// memory for one block, which begins with the first number that is computed.
  struct BoundOperand {
    Scalar* base = nullptr;
    Index reg = -1;
    Index block = -1;
  };
  /// A view into the memory for one block.
  struct BlockView {
    std::size_t view;  ///< its number
    Index block;       ///< where it begins there
    Index size;        ///< numbers of one block
  };
  /// On cache lines of its own: it is written to at every tile.
  struct alignas(64) Local {
    Buffer<Scalar> registers;
    Buffer<Scalar> scratch;
    Buffer<Scalar> block;
    std::vector<View<const Scalar>> views;  ///< what the ops read, moved to the block that is computed
    std::vector<const Scalar*> pointers;
    std::vector<Scalar*> addresses;
    Magnitude<Scalar> witnessed;  ///< max |x| of the witnesses this thread has computed
    Magnitude<Scalar> assigned;   ///< and of the values it has assigned
  };
  enum class Seen { no, witness, assigned };
  struct BoundStep {
    const Op* op;
    Kind kind;
    bool loop_invariant;
    Seen seen;
    BoundOperand out;
    std::size_t first_input;  ///< into operands_ for a tile, into views_ for a gather op
    std::size_t inputs;
    Extents extents;
    const TileCode<Scalar>* code = nullptr;  ///< that computes this step and the next ones
    std::size_t first_address = 0;           ///< of it, into addresses_
  };
  struct BoundStage {
    const Op* op = nullptr;
    Call<Scalar> call{};
    Index block = -1;  ///< of its output, as in BoundOperand
    std::size_t first_view = 0;
    std::size_t first_block_view = 0;
    std::size_t block_views = 0;
    const Scalar* copied = nullptr;
    std::size_t first_step = 0;
    std::size_t steps = 0;
    Index size = 0;
    Rows rows{};
    Index extent = 1;    ///< how many rows there are
    Index examples = 1;  ///< that one of them is, where they are the batch
    Index share = 1;     ///< threads get whole multiples of so many
    Index unit = 1;      ///< computed by one call; see Op::unit
    Index work = 0;      ///< numbers read and written
    bool witness = false;
  };
  struct BoundRegion {
    std::size_t first = 0;
    std::size_t end = 0;
    bool shared_out = false;
    bool by_columns = false;  ///< one stage with too few rows
  };

  Scalar* address(const Node& node) const;
  View<const Scalar> bind_view(const Node& node);
  Seen seen(const TileStep& step) const;
  BoundOperand locate(const TileOperand& operand) const { return locate(operand.node, operand.reg); }
  BoundOperand locate(const Node* node, Index reg) const;

  /// The elements from `begin` on, of a stage that computes those from `first` on.
  static Scalar* find(const BoundOperand& operand, Local& local, Index first, Index begin) {
    if (operand.base != nullptr) return operand.base + begin;
    if (operand.reg >= 0) return local.registers.data() + operand.reg * register_stride<Scalar>;
    return local.block.data() + operand.block + (begin - first);
  }
  void bind_stage(const PlannedStage& stage, const std::vector<TileCode<Scalar>>& code);
  void bind_tiles(const PlannedStage& stage, BoundStage& bound);
  void bind_region(const Region& region);
  std::size_t end_of_segment(std::size_t stage, std::size_t limit) const;
  bool may_be_written(std::span<const Scalar> values) const;
  static bool has_rows_to_share(std::span<const BoundStage> stages);
  void prepare(std::int64_t step, std::uint64_t seed);
  void look_at_given(ThreadPool* pool);
  Magnitude<Scalar> most(Magnitude<Scalar> Local::*of) const;
  Outcome try_updates(std::size_t next, ThreadPool* pool);
  void run_region(const BoundRegion& region, ThreadPool* pool);
  void run_share(std::size_t first, std::size_t end, int thread, int threads);
  void run_columns(const BoundStage& stage, int thread, int threads);
  void run_part(const BoundStage& stage, Range rows, int thread);
  void run_rows(const BoundStage& stage, Range rows, int thread);
  void run_tiles(const BoundStage& stage, Range elements, int thread);
  void run_code(const BoundStep& step, Local& local, Index first, Index begin, Index size) const;
  void gather(const BoundStep& step, Local& local, Index first, Index begin, Index size) const;
  static void look_at(const BoundStep& step, Local& local, Index first, Index begin, Index size);

  std::shared_ptr<const Plan<Scalar>> plan_;
  std::vector<Tensor<Scalar>>* values_;
  Timeline* timeline_ = nullptr;
  std::span<Scalar> arena_;
  Index batch_ = 0;
  std::vector<Local> locals_;          ///< one for each thread
  std::vector<char> witness_;          ///< by node: checked as soon as it is computed
  std::vector<std::size_t> assigned_;  ///< variables, by number
  std::size_t overflowed_ = 0;
  std::vector<Tensor<Scalar>> before_;  ///< their values, while an update is tried
  Buffer<Scalar> step_{1};
  Buffer<Scalar> key_{RandomKey::size};
  Buffer<Scalar> size_{1};
  std::vector<BoundStage> stages_;
  std::vector<BoundRegion> regions_;
  std::vector<BoundStep> steps_;
  std::vector<BoundOperand> operands_;
  std::vector<BoundOperand> addresses_;
  std::vector<View<const Scalar>> views_;  ///< each thread has its own
  std::vector<BlockView> block_views_;
  std::vector<std::pair<Rows, Index>> shares_;                  ///< of the region that is bound
  std::vector<std::vector<Scalar>> kept_;                       ///< copies of what lay where a run writes
  std::vector<const Scalar*> fed_;                              ///< what is read where it lies, by number
  std::vector<std::pair<std::size_t, std::size_t>> fed_views_;  ///< a view of it, and its number
};

extern template class Workspace<float>;
extern template class Workspace<double>;

}  // namespace gradus
