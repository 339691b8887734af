#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/report/record.hpp>
#include <gradus/train/setting.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

double value(const MetricsRow& row, Quantity quantity) {
  return quantity == Quantity::loss ? row.loss : 100 * row.accuracy;
}

std::vector<MetricsRow> of_split(const std::vector<MetricsRow>& rows, std::string_view split) {
  std::vector<MetricsRow> kept;
  std::ranges::copy_if(rows, std::back_inserter(kept),
                       [&](const MetricsRow& row) { return row.split == split; });
  return kept;
}

/// The iterations between the rows of a split, but for those at the ends of epochs; 1 where there is no such
/// number, as in runs of earlier versions.
std::int64_t grid_step(const std::vector<MetricsRow>& rows) {
  if (rows.empty()) return 1;
  const std::int64_t step = std::max<std::int64_t>(1, rows.front().iteration);
  for (std::size_t i = 0; i + 1 < rows.size(); ++i)
    if (rows[i].iteration % step != 0 && rows[i].epoch == rows[i + 1].epoch) return 1;
  return step;
}

/// Of a quantity over iterations.
struct Total {
  double iterations = 0;
  double sum = 0;
};

Scores read_scores(const JsonValue& json) {
  return {json.at("name").get<std::string>(), json.at("precision").get<double>(),
          json.at("recall").get<double>(), json.at("f1").get<double>(),
          json.at("support").get<std::int64_t>()};
}

SplitResult read_split(const JsonValue& json) {
  SplitResult split{json.at("loss").get<double>(), json.at("accuracy").get<double>(),
                    json.at("examples").get<std::int64_t>()};
  const auto confusion = json.find("confusion_matrix");
  if (!confusion) return split;
  confusion->get_to(split.confusion);
  for (const auto& row : split.confusion)
    if (row.size() != split.confusion.size()) confusion->must_be("a square matrix");
  for (const JsonValue& scores : json.at("classes").elements()) split.classes.push_back(read_scores(scores));
  if (split.classes.size() != split.confusion.size())
    json.at("classes").must_be(
        fmt::format("a list of {}, as many as the confusion matrix has rows", split.confusion.size()));
  split.macro = read_scores(json.at("macro"));
  split.weighted = read_scores(json.at("weighted"));
  return split;
}

}  // namespace

std::optional<RunResult> read_result(const std::filesystem::path& path) {
  if (!file_exists(path)) return std::nullopt;
  const nlohmann::json json = read_json(path);
  const JsonValue report(json, path.string());
  RunResult result;
  for (const char* split : {"train", "validation", "test"})
    result.splits[split] = read_split(report.at(split));
  report.at("test").at("confusion_matrix");
  report.at("iterations").get_to(result.iterations);
  report.at("model").at("parameters").get_to(result.parameters);
  const JsonValue time = report.at("time");
  time.at("total_s").get_to(result.total_s);
  time.at("step_us_median").get_to(result.step_us_median);
  result.weights_of = result.iterations;
  // Runs of earlier versions know nothing of that, and kept the last weights.
  if (const auto weights = report.find("weights_of")) weights->get_to(result.weights_of);
  if (const auto resumed = time.find("resumed_at")) resumed->get_to(result.resumed_at);
  report.at("settings").at("model").get<std::string>();
  result.settings = report.at("settings").json();
  return result;
}

RunRecord read_record(const std::filesystem::path& folder, const Parts& parts) {
  const RunFolder run = RunFolder::open(folder);
  const TrainSettings settings = run.read_settings(parts);
  return {{printable_line(name_of_folder(folder)), loss_axis(settings), read_metrics(run.metrics())},
          run,
          settings,
          read_result(run.report_json())};
}

std::string loss_axis(const TrainSettings& settings) {
  return settings.parts->losses.parse(settings.loss).axis();
}

nlohmann::json of_model(nlohmann::json settings, const Parts& parts) {
  const auto model = settings.at("model").get<std::string>();
  for (const Setting& setting : settings_table())
    if (!setting.is_of(model, parts)) settings.erase(std::string(setting.name));
  return settings;
}

std::vector<CurvePoint> per_iteration(const std::vector<MetricsRow>& rows, std::string_view split,
                                      Quantity quantity) {
  const std::vector<MetricsRow> all = of_split(rows, split);
  const std::int64_t step = grid_step(all);
  std::vector<CurvePoint> points;
  for (const MetricsRow& row : all)
    if (row.iteration % step == 0 || &row == &all.back())
      points.push_back({static_cast<double>(row.iteration), value(row, quantity)});
  return points;
}

std::vector<CurvePoint> per_epoch(const std::vector<MetricsRow>& rows, std::string_view split,
                                  Quantity quantity) {
  const std::vector<MetricsRow> all = of_split(rows, split);
  const std::int64_t step = grid_step(all);
  std::vector<CurvePoint> points;
  Total grid;   // up to the last row of the grid
  Total epoch;  // up to the end of the last epoch
  for (std::size_t i = 0; i < all.size(); ++i) {
    const MetricsRow& row = all[i];
    const auto iterations = static_cast<double>(row.iteration);
    const Total total{iterations, grid.sum + (iterations - grid.iterations) * value(row, quantity)};
    if (row.iteration % step == 0) grid = total;
    if (i + 1 < all.size() && all[i + 1].epoch == row.epoch) continue;
    const double mean = (total.sum - epoch.sum) / std::max(1.0, iterations - epoch.iterations);
    points.push_back({static_cast<double>(row.epoch), split == "train" ? mean : value(row, quantity)});
    epoch = total;
  }
  return points;
}

}  // namespace gradus
