#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/number.hpp>
#include <gradus/train/metrics_log.hpp>

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gradus {
namespace {

constexpr std::string_view header = "iteration,epoch,split,loss,accuracy";

[[noreturn]] void cannot_read(const std::string& path, const std::string& reason) {
  throw FileError(fmt::format("cannot read '{}': {}", path, reason));
}

/// Reads a line; the split is one of ours, so that it outlives the text.
bool read_row(std::string_view line, MetricsRow& row) {
  static constexpr std::array<std::string_view, 4> splits{"train", "train-set", "validation", "test"};
  std::array<std::string_view, 5> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t comma = line.find(',');
    if ((comma == line.npos) != (i + 1 == fields.size())) return false;
    fields[i] = line.substr(0, comma);
    line.remove_prefix(std::min(line.size(), fields[i].size() + 1));
  }
  const auto split = std::ranges::find(splits, fields[2]);
  if (split == splits.end()) return false;
  row.split = *split;
  return read_number(fields[0], row.iteration) && read_number(fields[1], row.epoch) &&
         read_number(fields[3], row.loss) && (fields[4].empty() || read_number(fields[4], row.accuracy));
}

/// Calls take(line, row) for every whole line below the header.
template <class Take>
void for_each_row(const std::string& path, std::string_view contents, const Take& take) {
  for (int number = 1; contents.find('\n') != contents.npos; ++number) {
    const std::string_view line = contents.substr(0, contents.find('\n'));
    contents.remove_prefix(line.size() + 1);
    MetricsRow row;
    if (number == 1) continue;
    if (!read_row(line, row))
      cannot_read(path, fmt::format("line {} is none of '{}': '{}'", number, header, line));
    take(line, row);
  }
}

/// The text of a metrics.csv, whose first line is what it must be.
std::string read_log(const std::filesystem::path& path) {
  std::string contents = read_file(path);
  if (!contents.starts_with(fmt::format("{}\n", header)))
    cannot_read(path.string(), fmt::format("its first line is not '{}'", header));
  return contents;
}

}  // namespace

bool is_better(const MetricsRow& row, const MetricsRow& other) {
  return std::isnan(row.accuracy) ? row.loss < other.loss : row.accuracy > other.accuracy;
}

std::optional<MetricsRow> best_validation(const std::vector<MetricsRow>& rows) {
  std::optional<MetricsRow> best;
  for (const MetricsRow& row : rows)
    if (row.split == "validation" && (!best || is_better(row, *best))) best = row;
  return best;
}

std::vector<MetricsRow> read_metrics(const std::filesystem::path& path) {
  std::vector<MetricsRow> rows;
  for_each_row(path.string(), read_log(path),
               [&](std::string_view, const MetricsRow& row) { rows.push_back(row); });
  return rows;
}

MetricsLog::MetricsLog(const std::filesystem::path& path)
    : file_(OpenFile::open(path, O_WRONLY | O_APPEND | O_CREAT)) {}

MetricsLog MetricsLog::create(const std::filesystem::path& path) {
  write_file(path, fmt::format("{}\n", header));
  return MetricsLog(path);
}

MetricsLog MetricsLog::resume(const std::filesystem::path& path, std::int64_t iteration) {
  const std::string contents = read_log(path);
  std::string kept = fmt::format("{}\n", header);
  for_each_row(path.string(), contents, [&](std::string_view line, const MetricsRow& row) {
    if (row.iteration <= iteration) kept.append(line).append("\n");
  });
  if (kept.size() != contents.size()) write_file(path, kept);
  return MetricsLog(path);
}

void MetricsLog::append(const MetricsRow& row) {
  const std::string accuracy = std::isnan(row.accuracy) ? "" : fmt::format("{}", row.accuracy);
  file_.write(fmt::format("{},{},{},{},{}\n", row.iteration, row.epoch, row.split, row.loss, accuracy));
}

}  // namespace gradus
