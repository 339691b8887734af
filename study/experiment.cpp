#include <gradus/base/file.hpp>
#include <gradus/study/experiment.hpp>
#include <gradus/train/network.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {

#include "experiment_declarations.inc"

const std::vector<Experiment>& experiments() {
  static const std::vector<Experiment> all{
#include "experiment_list.inc"
  };
  return all;
}

std::string network_text(const ExperimentRunner& runner) {
  const TrainSettings& settings = runner.options().settings;
  const auto classes = static_cast<Index>(runner.data().train.classes.size());
  const std::string layers = layers_of(settings, classes);
  if (layers.empty()) return "the model " + settings.model;
  const std::string plain = layers_of(default_settings("mlp", *settings.parts), classes);
  return layers == plain ? "784-500-250-100-10 with ReLU" : fmt::format("'{}'", layers);
}

Plot train_and_validation(const std::string& name, const std::string& of, const RunRecord& run,
                          Quantity quantity) {
  return {name, fmt::format("{}: {}", of, quantity == Quantity::loss ? "loss" : "accuracy"),
          overlaid({&run}, {{"train", quantity}, {"validation", quantity}})};
}

std::string results_text(const ExperimentResults& results) {
  std::string text = fmt::format("{}\n", results.title);
  for (const ResultSection& section : results.sections) {
    text += fmt::format("\n{}\n", section.heading);
    for (const std::string& sentence : section.sentences) text += fmt::format("  {}\n", sentence);
  }
  return text;
}

std::string write_results_page(const ExperimentResults& results, const std::filesystem::path& folder) {
  std::vector<Plot> plots;
  for (const ResultSection& section : results.sections)
    plots.insert(plots.end(), section.plots.begin(), section.plots.end());
  const Figures drawn = draw(plots, folder / "plots");

  nlohmann::json sections;
  std::vector<const RunRecord*> told;
  std::size_t next = 0;
  for (const ResultSection& section : results.sections) {
    nlohmann::json figures;
    for (std::size_t i = 0; i < section.plots.size(); ++i) figures.push_back(drawn.figures[next++]);
    sections.push_back({{"heading", section.heading},
                        {"missing", sections.empty() ? drawn.missing : ""},
                        {"figures", figures},
                        {"sentences", section.sentences},
                        {"first_layer", section.first_layer},
                        {"tables", nlohmann::json::array()},
                        {"page", section.page}});
    const auto add = [&](const std::string& caption, const HtmlTable& table) {
      sections.back()["tables"].push_back({{"caption", caption}, {"table", table}});
    };
    for (const auto& [caption, table] : section.tables) add(caption, table);
    if (!section.runs.empty()) add("The runs", comparison_table(section.runs));
    for (const RunRecord* run : section.runs)
      if (std::ranges::find(told, run) == told.end()) told.push_back(run);
  }
  write_file(folder / "report.html", html_page("experiment.html", {{"title", results.title},
                                                                   {"question", results.question},
                                                                   {"sections", sections},
                                                                   {"trained", !told.empty()},
                                                                   {"commands", repeat_commands(told)}}));
  return drawn.missing;
}

double final_accuracy(const RunRecord& run, const char* split) {
  return 100 * run.result.value().splits.at(split).accuracy;
}

}  // namespace gradus
