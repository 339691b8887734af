#pragma once

#include <gradus/graph/run/workspace.hpp>

#include <memory>
#include <vector>

namespace gradus {

/// The memory of a state that programs compute in: one arena for all of them, grown to the largest.
template <class Scalar>
class Workspaces {
 public:
  /// The program's workspace for this batch. Throws MemoryError when there is not as much memory.
  Workspace<Scalar>& ready(const std::shared_ptr<const Plan<Scalar>>& plan,
                           std::vector<Tensor<Scalar>>& values, Index batch);

  /// So many threads; null for one, the caller's own.
  ThreadPool* threads(int count);

 private:
  Workspace<Scalar>& allocated(const std::shared_ptr<const Plan<Scalar>>& plan,
                               std::vector<Tensor<Scalar>>& values, Index batch);

  Buffer<Scalar> arena_{0};
  std::vector<std::unique_ptr<Workspace<Scalar>>> each_;
  std::unique_ptr<ThreadPool> pool_;
};

extern template class Workspaces<float>;
extern template class Workspaces<double>;

}  // namespace gradus
