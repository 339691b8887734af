#include <gradus/base/error.hpp>
#include <gradus/data/split.hpp>

#include <fmt/format.h>

namespace gradus::data {

Split split(const Dataset& dataset, const SplitOptions& options) {
  const std::size_t all = dataset.size();
  if (options.validation >= all)
    throw ValueError(
        fmt::format("--validation {} leaves nothing to train on: '{}' has {} training examples; give fewer",
                    options.validation, dataset.name, all));
  const std::size_t rest = all - options.validation;
  const std::size_t used = options.train_limit.value_or(rest);
  if (used == 0 || used > rest)
    throw ValueError(
        fmt::format("--train-limit {} is impossible: of the {} training examples of '{}', {} are kept for "
                    "validation, so it may be 1 to {}",
                    used, all, dataset.name, options.validation, rest));
  return {Subset(dataset, 0, used), Subset(dataset, rest, options.validation)};
}

}  // namespace gradus::data
