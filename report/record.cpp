#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/report/record.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

double value(const MetricsRow& row, Quantity quantity) {
  return quantity == Quantity::loss ? row.loss : 100 * row.accuracy;
}

std::string folder_name(const std::filesystem::path& path) {
  const auto whole = std::filesystem::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

nlohmann::json read_result(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) return nullptr;
  nlohmann::json result = nlohmann::json::parse(read_file(path), nullptr, false);
  if (!result.is_object())
    throw FileError(
        fmt::format("cannot read '{}': it holds no JSON object; the file is damaged", path.string()));
  const auto require = [&](const std::string& field, bool (nlohmann::json::*is)() const noexcept) {
    const nlohmann::json::json_pointer at(field);
    if (!result.contains(at) || !(result.at(at).*is)())
      throw FileError(fmt::format("cannot read '{}': it has no usable '{}'; the file is damaged",
                                  path.string(), field.substr(1)));
  };
  for (const std::string split : {"/train", "/validation", "/test"})
    for (const char* number : {"/accuracy", "/loss", "/examples"})
      require(split + number, &nlohmann::json::is_number);
  for (const char* number : {"/iterations", "/model/parameters", "/time/total_s", "/time/step_us_median"})
    require(number, &nlohmann::json::is_number);
  for (const char* array : {"/test/confusion_matrix", "/test/classes"})
    require(array, &nlohmann::json::is_array);
  for (const char* object : {"/settings", "/test/macro", "/test/weighted"})
    require(object, &nlohmann::json::is_object);
  return result;
}

}  // namespace

RunRecord read_record(const std::filesystem::path& folder) {
  const RunFolder run = RunFolder::open(folder);
  return {run, folder_name(folder), run.read_settings(), read_metrics(run.metrics()),
          read_result(run.report_json())};
}

nlohmann::json of_model(nlohmann::json settings) {
  if (settings.at("model") == "mlp")
    for (const char* name : {"channels", "kernel", "padding", "pooling", "pool_every", "head"})
      settings.erase(name);
  return settings;
}

std::vector<CurvePoint> per_iteration(const std::vector<MetricsRow>& rows, std::string_view split,
                                      Quantity quantity) {
  std::vector<CurvePoint> points;
  for (const MetricsRow& row : rows)
    if (row.split == split) points.push_back({static_cast<double>(row.iteration), value(row, quantity)});
  return points;
}

std::vector<CurvePoint> per_epoch(const std::vector<MetricsRow>& rows, std::string_view split,
                                  Quantity quantity) {
  std::vector<CurvePoint> points;
  double sum = 0;
  double iterations = 0;
  std::int64_t before = 0;
  std::int64_t epoch = 0;
  for (const MetricsRow& row : rows) {
    if (row.split != split) continue;
    if (row.epoch != epoch) {
      epoch = row.epoch;
      sum = iterations = 0;
      points.push_back({static_cast<double>(epoch), 0});
    }
    const auto weight = static_cast<double>(std::max<std::int64_t>(1, row.iteration - before));
    before = row.iteration;
    sum += weight * value(row, quantity);
    iterations += weight;
    points.back().y = split == "train" ? sum / iterations : value(row, quantity);
  }
  return points;
}

}  // namespace gradus
