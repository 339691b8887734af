#include <gradus/base/escape.hpp>
#include <gradus/base/file.hpp>
#include <gradus/report/charts.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/experiment.hpp>

#include <fmt/format.h>

#include <set>

namespace gradus {

#include "experiment_declarations.inc"

const std::vector<Experiment>& experiments() {
  static const std::vector<Experiment> all{
#include "experiment_list.inc"
  };
  return all;
}

std::string findings_text(const Findings& findings) {
  std::string text = fmt::format("{}\n", findings.title);
  for (const FindingSection& section : findings.sections) {
    text += fmt::format("\n{}\n", section.heading);
    for (const std::string& sentence : section.sentences) text += fmt::format("  {}\n", sentence);
  }
  return text;
}

std::string write_findings_page(const Findings& findings, const std::filesystem::path& folder) {
  std::vector<Plot> plots;
  for (const FindingSection& section : findings.sections)
    plots.insert(plots.end(), section.plots.begin(), section.plots.end());
  const Figures drawn = draw(plots, folder / "plots");

  std::string html = fmt::format("<h1>{}</h1>\n<p class=\"lead\">{}</p>\n{}", html_escaped(findings.title),
                                 html_escaped(findings.question), missing_notice(drawn));
  std::size_t next = 0;
  std::string commands;
  std::set<const RunRecord*> told;
  for (const FindingSection& section : findings.sections) {
    std::string contents = "<div class=\"pair\">\n";
    for (std::size_t i = 0; i < section.plots.size(); ++i) contents += to_html(drawn.figures[next++]);
    contents += "</div>\n";
    for (const std::string& sentence : section.sentences)
      contents += fmt::format("<p class=\"finding\">{}</p>\n", html_escaped(sentence));
    if (!section.runs.empty()) contents += comparison_table(section.runs);
    html += html_section(section.heading, contents);
    for (const RunRecord* run : section.runs)
      if (told.insert(run).second)
        commands += fmt::format("<h3>{}</h3>\n<pre>{}</pre>\n", html_escaped(run->label),
                                html_escaped(train_command(run->settings)));
  }
  if (!commands.empty()) html += html_section("Each run by itself", commands);
  write_file(folder / "report.html", html_page(findings.title, html));
  return drawn.missing;
}

double final_accuracy(const RunRecord& run, const char* split) {
  return 100 * run.result.value().splits.at(split).accuracy;
}

}  // namespace gradus
