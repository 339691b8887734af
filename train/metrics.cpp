#include <gradus/base/error.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/train/metrics.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

namespace gradus {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t used = display_width(text);
  return text + std::string(width > used ? width - used : 0, ' ');
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

std::string to_text(const ClassificationReport& report) {
  std::size_t width = report.weighted.name.size();
  for (const Scores& scores : report.classes) width = std::max(width, display_width(scores.name));

  std::string text = fmt::format("{}  precision    recall        f1   support\n", padded("class", width));
  const std::string rule = std::string(text.size() - 1, '-') + "\n";
  const auto row = [&](const Scores& scores) {
    text += fmt::format("{}  {:9.4f} {:9.4f} {:9.4f} {:9}\n", padded(scores.name, width), scores.precision,
                        scores.recall, scores.f1, scores.support);
  };
  text += rule;
  for (const Scores& scores : report.classes) row(scores);
  text += rule;
  text +=
      fmt::format("{}  {:29.4f} {:9}\n", padded("accuracy", width), report.accuracy, report.macro.support);
  row(report.macro);
  row(report.weighted);
  return text;
}

std::string to_text(const ConfusionMatrix& matrix, const std::vector<std::string>& names) {
  std::vector<std::string> labels = names_or_numbers(matrix, names);
  std::size_t label_width = std::string("true").size();
  std::size_t cell_width = fmt::formatted_size("{}", matrix.classes() - 1);
  for (std::size_t t = 0; t < matrix.classes(); ++t) {
    const std::string number = fmt::to_string(t);
    if (labels[t] != number) labels[t] = number + " " + labels[t];
    label_width = std::max(label_width, display_width(labels[t]));
    for (std::size_t p = 0; p < matrix.classes(); ++p)
      cell_width = std::max(cell_width, fmt::formatted_size("{}", matrix.count(t, p)));
  }

  std::string text = std::string(label_width + 2, ' ') + "predicted\n" + padded("true", label_width);
  for (std::size_t p = 0; p < matrix.classes(); ++p) text += fmt::format("  {:>{}}", p, cell_width);
  text += "\n";
  for (std::size_t t = 0; t < matrix.classes(); ++t) {
    text += padded(labels[t], label_width);
    for (std::size_t p = 0; p < matrix.classes(); ++p) {
      const std::int64_t count = matrix.count(t, p);
      text += fmt::format("  {:>{}}", count == 0 ? "." : fmt::to_string(count), cell_width);
    }
    text += "\n";
  }
  return text;
}

void to_json(nlohmann::json& json, const Scores& scores) {
  json = {{"name", scores.name},
          {"precision", scores.precision},
          {"recall", scores.recall},
          {"f1", scores.f1},
          {"support", scores.support}};
}

void to_json(nlohmann::json& json, const ConfusionMatrix& matrix) {
  json = nlohmann::json::array();
  for (std::size_t t = 0; t < matrix.classes(); ++t) {
    nlohmann::json row = nlohmann::json::array();
    for (std::size_t p = 0; p < matrix.classes(); ++p) row.push_back(matrix.count(t, p));
    json.push_back(std::move(row));
  }
}

}  // namespace gradus
