#pragma once

#include <gradus/report/comparison.hpp>
#include <gradus/report/laboratory.hpp>

namespace gradus {

/// A part of an experiment's page: a heading, what was found in sentences that say the figures, the plots
/// that show it, the runs behind it.
struct FindingSection {
  std::string heading;
  std::vector<std::string> sentences;
  std::vector<Plot> plots;
  std::vector<const RunRecord*> runs;
};

/// What an experiment found.
struct Findings {
  std::string title;
  std::string question;  ///< what was asked, and how it was tried
  std::vector<FindingSection> sections;
};

/// An experiment: runs, and what there is to say of them. Each is one file of report/experiments/ that
/// defines `Experiment NAME()`, its file's name with _ for -, and is found by itself.
struct Experiment {
  std::string name;
  std::string summary;  ///< for the list of commands
  std::string footer;   ///< examples
  Findings (*conduct)(Laboratory& laboratory) = nullptr;
};

/// All experiments, by name.
const std::vector<Experiment>& experiments();

/// What was found, for a terminal.
std::string findings_text(const Findings& findings);

/// Writes the page and its plots into a folder: report.html and plots/. Returns what could not be drawn, as
/// write_run_page does. Throws FileError when a file cannot be written.
std::string write_findings_page(const Findings& findings, const std::filesystem::path& folder);

/// Accuracy on a split at the end of a finished run, in percent.
double final_accuracy(const RunRecord& run, const char* split);

}  // namespace gradus
