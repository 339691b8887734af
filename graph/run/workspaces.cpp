#include <gradus/base/error.hpp>
#include <gradus/graph/run/workspaces.hpp>

#include <fmt/format.h>

namespace gradus {

template <class Scalar>
ThreadPool* Workspaces<Scalar>::threads(int count) {
  if (count == 1) return nullptr;
  if (!pool_ || pool_->threads() < count) pool_ = std::make_unique<ThreadPool>(count);
  return pool_.get();
}

template <class Scalar>
Workspace<Scalar>& Workspaces<Scalar>::ready(const std::shared_ptr<const Plan<Scalar>>& plan,
                                             std::vector<Tensor<Scalar>>& values, Index batch) {
  try {
    return allocated(plan, values, batch);
  } catch (const MemoryError& error) {
    throw MemoryError(
        fmt::format("a run of this program does not fit into memory: {}. Compile it with a smaller "
                    "CompileOptions::capacity than {} examples",
                    error.what(), plan->capacity));
  }
}

template <class Scalar>
Workspace<Scalar>& Workspaces<Scalar>::allocated(const std::shared_ptr<const Plan<Scalar>>& plan,
                                                 std::vector<Tensor<Scalar>>& values, Index batch) {
  const Index needed = plan->memory.arena_lines * lanes<Scalar>;
  if (arena_.size() < needed) arena_ = Buffer<Scalar>(needed);
  const std::span arena(arena_.data(), static_cast<std::size_t>(arena_.size()));
  for (const auto& workspace : each_)
    if (&workspace->plan() == plan.get()) {
      workspace->bind(arena, batch);
      return *workspace;
    }
  // Programs that nobody else holds cannot be run again.
  std::erase_if(each_, [](const auto& workspace) { return workspace->last_owner(); });
  each_.push_back(std::make_unique<Workspace<Scalar>>(plan, values));
  each_.back()->bind(arena, batch);
  return *each_.back();
}

template class Workspaces<float>;
template class Workspaces<double>;

}  // namespace gradus
