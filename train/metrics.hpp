#pragma once

#include <gradus/base/table.hpp>

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace gradus {

/// How often each true class was predicted as each class: C[t][p] counts the examples of true class t that
/// were predicted as p. Rows are true classes, columns predicted ones.
class ConfusionMatrix {
 public:
  /// All counts zero. Throws ValueError for no classes at all.
  explicit ConfusionMatrix(std::size_t classes);

  /// Counts one example. Throws ValueError, and counts nothing, for a label outside of 0 … classes − 1.
  void add(std::int64_t truth, std::int64_t predicted);

  std::size_t classes() const { return classes_; }
  std::int64_t count(std::size_t truth, std::size_t predicted) const;

  /// All counts, [true][predicted].
  std::vector<std::vector<std::int64_t>> rows() const;

  /// Examples of true class `c`: the sum of row c.
  std::int64_t support(std::size_t c) const;
  /// Examples predicted as class `c`: the sum of column c.
  std::int64_t predicted(std::size_t c) const;
  /// All examples counted.
  std::int64_t total() const;
  /// Examples on the diagonal.
  std::int64_t correct() const;
  /// correct / total, in [0, 1]; 0 when nothing was counted.
  double accuracy() const;

 private:
  std::size_t classes_;
  std::vector<std::int64_t> counts_;
};

/// Precision, recall and F1, each in [0, 1], of one class or averaged over the classes.
struct Scores {
  std::string name;
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  std::int64_t support = 0;
};

/// What scikit-learn's `classification_report` tells. With tp the diagonal of the confusion matrix,
///
///   precision = tp / predicted,   recall = tp / support,   F1 = 2·tp / (support + predicted),
///
/// and 0 wherever the divisor is 0 (`zero_division=0`). `macro` is the plain mean over all classes, those
/// without support included; `weighted` is the mean weighted by support.
struct ClassificationReport {
  std::vector<Scores> classes;
  double accuracy = 0;
  Scores macro;
  Scores weighted;
};

/// The report of a confusion matrix. `names` are those of the classes in order; without any, their numbers.
/// Throws ValueError when there are not as many names as classes.
ClassificationReport classification_report(const ConfusionMatrix& matrix,
                                           const std::vector<std::string>& names = {});

/// A row of precision, recall, F1 and support for each class, below their names, then both averages.
std::vector<Row> table_of(const std::vector<Scores>& classes, const Scores& macro, const Scores& weighted);

/// An aligned table, one line a class, then accuracy and both averages. Ends with a newline.
std::string to_text(const ClassificationReport& report);

/// An aligned table with a row for every true class and a column for every predicted one, which is headed by
/// its number; a count of zero is a dot. Ends with a newline. Throws ValueError like classification_report.
std::string to_text(const ConfusionMatrix& matrix, const std::vector<std::string>& names = {});

/// The pairs of classes that are mistaken most, at most five, of counts [true][predicted]: "Most often taken
/// for another: 4 → 9 (31 times), 5 → 3 (27)"; empty where nothing is. There is a name for every class.
std::string hardest_pairs(const std::vector<std::vector<std::int64_t>>& counts,
                          const std::vector<std::string>& names);

/// {"name", "precision", "recall", "f1", "support"}.
void to_json(nlohmann::json& json, const Scores& scores);
/// The rows as an array of arrays.
void to_json(nlohmann::json& json, const ConfusionMatrix& matrix);

}  // namespace gradus
