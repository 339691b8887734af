#include <gradus/base/error.hpp>
#include <gradus/train/metrics.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

namespace gradus {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<std::string> names_or_numbers(const ConfusionMatrix& matrix,
                                          const std::vector<std::string>& names) {
  if (!names.empty()) {
    if (names.size() != matrix.classes())
      throw ValueError(fmt::format("got {} class names for {} classes; give one name for every class",
                                   names.size(), matrix.classes()));
    return names;
  }
  std::vector<std::string> numbers;
  for (std::size_t c = 0; c < matrix.classes(); ++c) numbers.push_back(fmt::to_string(c));
  return numbers;
}

}  // namespace

ConfusionMatrix::ConfusionMatrix(std::size_t classes) : classes_(classes), counts_(classes * classes) {
  if (classes == 0) throw ValueError("a confusion matrix needs at least one class, got 0");
}

void ConfusionMatrix::add(std::int64_t truth, std::int64_t predicted) {
  const auto outside = [&](std::int64_t c) { return c < 0 || static_cast<std::size_t>(c) >= classes_; };
  if (outside(truth) || outside(predicted))
    throw ValueError(fmt::format("{} label {} is outside of the {} classes; labels go from 0 to {}",
                                 outside(truth) ? "true" : "predicted", outside(truth) ? truth : predicted,
                                 classes_, classes_ - 1));
  ++counts_[static_cast<std::size_t>(truth) * classes_ + static_cast<std::size_t>(predicted)];
}

std::int64_t ConfusionMatrix::count(std::size_t truth, std::size_t predicted) const {
  if (truth >= classes_ || predicted >= classes_)
    throw ValueError(fmt::format("no count for true class {} and predicted class {}: there are {} classes",
                                 truth, predicted, classes_));
  return counts_[truth * classes_ + predicted];
}

std::vector<std::vector<std::int64_t>> ConfusionMatrix::rows() const {
  std::vector<std::vector<std::int64_t>> rows;
  for (auto row = counts_.begin(); row != counts_.end(); row += static_cast<std::ptrdiff_t>(classes_))
    rows.emplace_back(row, row + static_cast<std::ptrdiff_t>(classes_));
  return rows;
}

std::int64_t ConfusionMatrix::support(std::size_t c) const {
  std::int64_t sum = 0;
  for (std::size_t p = 0; p < classes_; ++p) sum += count(c, p);
  return sum;
}

std::int64_t ConfusionMatrix::predicted(std::size_t c) const {
  std::int64_t sum = 0;
  for (std::size_t t = 0; t < classes_; ++t) sum += count(t, c);
  return sum;
}

std::int64_t ConfusionMatrix::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::int64_t ConfusionMatrix::correct() const {
  std::int64_t sum = 0;
  for (std::size_t c = 0; c < classes_; ++c) sum += count(c, c);
  return sum;
}

double ConfusionMatrix::accuracy() const { return ratio(correct(), total()); }

ClassificationReport classification_report(const ConfusionMatrix& matrix,
                                           const std::vector<std::string>& names) {
  const std::vector<std::string> labels = names_or_numbers(matrix, names);
  const std::int64_t total = matrix.total();
  ClassificationReport report;
  report.accuracy = matrix.accuracy();
  report.macro = {.name = "macro average", .support = total};
  report.weighted = {.name = "weighted average", .support = total};

  const auto accumulate = [](Scores& average, const Scores& scores, double weight) {
    average.precision += weight * scores.precision;
    average.recall += weight * scores.recall;
    average.f1 += weight * scores.f1;
  };
  for (std::size_t c = 0; c < matrix.classes(); ++c) {
    const std::int64_t hits = matrix.count(c, c);
    const std::int64_t support = matrix.support(c);
    const std::int64_t predicted = matrix.predicted(c);
    const Scores scores{.name = labels[c],
                        .precision = ratio(hits, predicted),
                        .recall = ratio(hits, support),
                        .f1 = ratio(2 * hits, support + predicted),
                        .support = support};
    accumulate(report.macro, scores, 1.0 / static_cast<double>(matrix.classes()));
    accumulate(report.weighted, scores, ratio(support, total));
    report.classes.push_back(scores);
  }
  return report;
}

std::vector<Row> table_of(const std::vector<Scores>& classes, const Scores& macro, const Scores& weighted) {
  std::vector<Row> rows{{"class", "precision", "recall", "F1", "examples"}};
  const auto add = [&](const Scores& scores) {
    rows.push_back({scores.name, fmt::format("{:.4f}", scores.precision),
                    fmt::format("{:.4f}", scores.recall), fmt::format("{:.4f}", scores.f1),
                    fmt::to_string(scores.support)});
  };
  for (const Scores& scores : classes) add(scores);
  add(macro);
  add(weighted);
  return rows;
}

std::string to_text(const ClassificationReport& report) {
  std::vector<Row> rows = table_of(report.classes, report.macro, report.weighted);
  rows.insert(rows.end() - 2, {"accuracy", "", "", fmt::format("{:.4f}", report.accuracy),
                               fmt::to_string(report.macro.support)});
  rows.insert(rows.end() - 3, Row{});
  return table_text(rows, 1);
}

std::string to_text(const ConfusionMatrix& matrix, const std::vector<std::string>& names) {
  const std::vector<std::string> labels = names_or_numbers(matrix, names);
  std::vector<Row> rows{{"true \\ predicted"}};
  for (std::size_t t = 0; t < matrix.classes(); ++t) {
    const std::string number = fmt::to_string(t);
    rows.front().push_back(number);
    rows.push_back({labels[t] == number ? number : number + " " + labels[t]});
    for (std::size_t p = 0; p < matrix.classes(); ++p)
      rows.back().push_back(matrix.count(t, p) == 0 ? "." : fmt::to_string(matrix.count(t, p)));
  }
  return table_text(rows, 1);
}

std::string hardest_pairs(const std::vector<std::vector<std::int64_t>>& counts,
                          const std::vector<std::string>& names) {
  constexpr std::size_t most = 5;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t t = 0; t < counts.size(); ++t)
    for (std::size_t p = 0; p < counts.size(); ++p)
      if (t != p && counts[t][p] > 0) pairs.emplace_back(t, p);
  std::ranges::stable_sort(pairs, std::ranges::greater(),
                           [&](const auto& pair) { return counts[pair.first][pair.second]; });
  pairs.resize(std::min(most, pairs.size()));
  std::string text;
  for (const auto& [t, p] : pairs)
    text += fmt::format("{}{} → {} ({}{})", text.empty() ? "Most often taken for another: " : ", ", names[t],
                        names[p], counts[t][p], text.empty() ? " times" : "");
  return text;
}

void to_json(nlohmann::json& json, const Scores& scores) {
  json = {{"name", scores.name},
          {"precision", scores.precision},
          {"recall", scores.recall},
          {"f1", scores.f1},
          {"support", scores.support}};
}

void to_json(nlohmann::json& json, const ConfusionMatrix& matrix) { json = matrix.rows(); }

}  // namespace gradus
