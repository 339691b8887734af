#pragma once

#include <gradus/base/file.hpp>
#include <gradus/base/part.hpp>
#include <gradus/sweep/trial.hpp>

#include <string>
#include <vector>

namespace gradus::test {

/// Real trials, and what other programs make of them: tests/sweep/table.
inline const std::filesystem::path sweep_table = std::filesystem::path(GRADUS_TEST_DATA) / "sweep/table";

/// The lines of a file with commas, but for remarks.
inline std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split_text(read_file(sweep_table / name), '\n'))
    if (!line.empty() && !line.starts_with('#')) rows.push_back(split_text(line, ','));
  return rows;
}

inline sweep::Trial trial_with(std::size_t number, sweep::Values values, double accuracy) {
  sweep::Trial trial;
  trial.number = number;
  trial.values = std::move(values);
  trial.last = sweep::Score{1, 1, 1 - accuracy, accuracy};
  return trial;
}

/// A file whose last column is the accuracy; empty values are not in effect.
inline std::vector<sweep::Trial> trials_of(const std::string& name) {
  const auto rows = rows_of(name);
  std::vector<sweep::Trial> trials;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    sweep::Values values;
    for (std::size_t c = 0; c + 1 < rows[i].size(); ++c)
      if (!rows[i][c].empty()) values.each.emplace_back(rows[0][c], rows[i][c]);
    trials.push_back(trial_with(i - 1, std::move(values), std::stod(rows[i].back())));
  }
  return trials;
}

}  // namespace gradus::test
