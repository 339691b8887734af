#pragma once

#include <gradus/base/open_file.hpp>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// One line of metrics.csv.
struct MetricsRow {
  std::int64_t iteration = 0;
  std::int64_t epoch = 0;
  std::string_view split;  ///< "train", "train-set", "validation" or "test"
  double loss = 0;
  /// In [0, 1]; NaN, and an empty field, where nothing is classified.
  double accuracy = std::numeric_limits<double>::quiet_NaN();
};

/// The rows of a metrics.csv in order; a last line that was cut off is left out. Throws FileError when it
/// cannot be read, or naming the line that is none of metrics.csv.
std::vector<MetricsRow> read_metrics(const std::filesystem::path& path);

/// Whether a row of the validation split is better than another: by its accuracy, and by its loss where
/// nothing is classified.
bool is_better(const MetricsRow& row, const MetricsRow& other);

/// The best row of the validation split, the first of those that are equal; none without any such row.
std::optional<MetricsRow> best_validation(const std::vector<MetricsRow>& rows);

/// The file metrics.csv of a run: `iteration,epoch,split,loss,accuracy`, numbers with the fewest digits that
/// read back to the same bits. A row that was appended outlives the death of the process, and after sync() a
/// crash of the machine too. Append the rows of an iteration and sync before saving its checkpoint; then a
/// resumed run's file equals that of an uninterrupted one, since the rows later than the checkpoint are
/// written again.
class MetricsLog {
 public:
  /// Begins the file anew. Throws FileError as write_file does.
  static MetricsLog create(const std::filesystem::path& path);
  /// Continues the file of an earlier run after dropping the rows later than `iteration`, that of the
  /// checkpoint, and a last line that was cut off. Throws FileError when it cannot be read or written, or
  /// naming the line that is none of metrics.csv.
  static MetricsLog resume(const std::filesystem::path& path, std::int64_t iteration);

  /// Hands a row to the system. Throws FileError naming the file and the system's reason (full disk …).
  void append(const MetricsRow& row);
  /// Returns when the rows are on disk. Throws FileError as append() does.
  void sync() const { file_.sync(); }

 private:
  explicit MetricsLog(const std::filesystem::path& path);
  OpenFile file_;
};

}  // namespace gradus
