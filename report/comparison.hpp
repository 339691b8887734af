#pragma once

#include <gradus/report/charts.hpp>
#include <gradus/report/page.hpp>

namespace gradus {

/// A row for each run: the settings that differ between them, the accuracies on the three splits in percent,
/// the number of parameters, iterations and seconds. A run that has not finished has its last measured
/// accuracies.
HtmlTable comparison_table(const std::vector<const RunRecord*>& runs);

/// The runs with the commands that repeat them, as templates/commands.html takes them.
nlohmann::json repeat_commands(const std::vector<const RunRecord*>& runs);

/// Writes a page that compares runs, and its plots into `plots`. Returns what could not be drawn, as
/// write_run_page does. Throws FileError when a file cannot be written.
std::string write_comparison_page(const std::vector<RunRecord>& runs, const std::filesystem::path& page,
                                  const std::filesystem::path& plots);

}  // namespace gradus
