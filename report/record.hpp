#pragma once

#include <gradus/train/metrics.hpp>
#include <gradus/train/metrics_log.hpp>
#include <gradus/train/run_folder.hpp>
#include <gradus/train/settings.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// How the trained network does on a split of the data.
struct SplitResult {
  double loss = 0;
  double accuracy = 0;  ///< 0 … 1
  std::int64_t examples = 0;
  /// [true][predicted], square; empty of train and validation in runs of earlier versions.
  std::vector<std::vector<std::int64_t>> confusion{};
  std::vector<Scores> classes{};  ///< one for each row of it
  Scores macro{};
  Scores weighted{};
};

/// What report.json tells of a run that has finished.
struct RunResult {
  std::map<std::string, SplitResult, std::less<>> splits;  ///< "train", "validation" and "test"
  std::int64_t iterations = 0;
  std::int64_t parameters = 0;
  std::int64_t weights_of = 0;  ///< the iteration of the weights that were judged
  std::int64_t resumed_at = 0;  ///< the times are those since this iteration
  double total_s = 0;
  double step_us_median = 0;
  nlohmann::json settings;  ///< an object: every flag by its name
};

/// What curves of any training are drawn from.
struct TrainingCurves {
  std::string label;      ///< what a comparison calls it: the folder's name, printable
  std::string loss_axis;  ///< what its loss is called: "cross-entropy (nats)"
  std::vector<MetricsRow> rows;
};

/// What a run folder tells of its run.
struct RunRecord : TrainingCurves {
  RunFolder folder;
  TrainSettings settings;
  std::optional<RunResult> result;  ///< none as long as the run has not finished

  bool finished() const { return result.has_value(); }
};

/// Reads a run's report.json; none where there is no such file. Throws FileError for one that is damaged.
std::optional<RunResult> read_result(const std::filesystem::path& path);

/// Reads config.json, metrics.csv and, where there is one, report.json. Throws FileError for a folder that is
/// no run or whose files are damaged.
RunRecord read_record(const std::filesystem::path& folder, const Parts& parts = library_parts());

/// What the loss of the settings is called on an axis: "cross-entropy (nats)".
std::string loss_axis(const TrainSettings& settings);

/// Settings without those that only another model has: a multi-layer perceptron has no kernels.
nlohmann::json of_model(nlohmann::json settings, const Parts& parts = library_parts());

/// A point of a curve.
struct CurvePoint {
  double x = 0;
  double y = 0;
};

/// What a curve shows.
enum class Quantity {
  loss,
  accuracy  ///< in percent
};

/// The rows of a split over the iterations, as far apart as log_every says, and the last one.
std::vector<CurvePoint> per_iteration(const std::vector<MetricsRow>& rows, std::string_view split,
                                      Quantity quantity);

/// One point for each epoch. Of the validation and test splits it is the epoch's last row. A row of the
/// training split is the mean over the batches since the last multiple of log_every, so its point is the mean
/// over the epoch's batches, which follows from the rows around them. An epoch that has not ended counts
/// with the rows it has.
std::vector<CurvePoint> per_epoch(const std::vector<MetricsRow>& rows, std::string_view split,
                                  Quantity quantity);

}  // namespace gradus
