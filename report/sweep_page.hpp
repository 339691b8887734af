#pragma once

#include <gradus/report/record.hpp>
#include <gradus/sweep/folder.hpp>
#include <gradus/sweep/trial.hpp>

namespace gradus {

/// A trial with the lines of its metrics.csv.
struct ToldTrial {
  sweep::Trial trial;
  std::vector<MetricsRow> rows;
};

/// What the page of a sweep tells.
struct ToldSweep {
  std::string title;
  std::string question;  ///< one sentence: what varies
  sweep::Space space;
  std::vector<ToldTrial> trials;
  std::size_t validation = 0;         ///< images that accuracies are measured on; 0 where that differs
  std::string about;                  ///< the data, what all trials share
  std::optional<double> best_test{};  ///< accuracy of the best trial on the test split, where it was judged
  std::string best_report;  ///< of the best trial, as the page links to it; empty where there is none
  std::string command;      ///< that trains the best again
};

/// Of the folder of a sweep, finished or not.
ToldSweep told_sweep(const sweep::SweepFolder& folder, const Parts& parts = library_parts());

/// A run, and what its sweep says of it where it is a trial.
struct ToldRun {
  RunRecord run;
  std::optional<sweep::Trial> trial{};
};

/// The runs of a folder: its own, or the trials of a sweep. Throws as read_record() and SweepFolder do.
std::vector<ToldRun> runs_of(const std::filesystem::path& folder, const Parts& parts = library_parts());

/// Of any runs: what varies are the settings that differ.
ToldSweep told_runs(const std::vector<ToldRun>& runs);

/// What can be said of a sweep in sentences, each with the numbers that carry it.
std::vector<std::string> findings(const ToldSweep& sweep);

/// The trials as a table with commas: number, name, what varies, ending, accuracy, loss and epoch of the
/// weights, seconds.
std::string trials_csv(const ToldSweep& sweep);

/// Writes the page of a sweep, and beside it, with the ending .csv, its table. The page needs nothing else:
/// accuracy over the trials and over time, parallel coordinates, importance, correlation, box plots, curves,
/// and a table, all of which a reader can filter. Throws FileError when a file cannot be written.
void write_sweep_page(const ToldSweep& sweep, const std::filesystem::path& page);

}  // namespace gradus
