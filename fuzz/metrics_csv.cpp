#include <gradus/fuzz/support/memory_file.hpp>
#include <gradus/fuzz/support/target.hpp>
#include <gradus/report/record.hpp>
#include <gradus/train/metrics_log.hpp>

#include <algorithm>

void gradus::fuzz::take(std::string_view input) {
  static const MemoryFile file;
  file.fill(input);
  const auto rows = read_metrics(file.path());
  for (const char* split : {"train", "validation", "test"}) {
    per_iteration(rows, split, Quantity::loss);
    per_epoch(rows, split, Quantity::accuracy);
  }
  constexpr std::int64_t iteration = 7;
  MetricsLog::resume(file.path(), iteration);
  const auto later = [](const MetricsRow& row) { return row.iteration > iteration; };
  require(read_metrics(file.path()).size() + static_cast<std::size_t>(std::ranges::count_if(rows, later)) ==
              rows.size(),
          "a resumed log keeps the rows up to the checkpoint");
}
