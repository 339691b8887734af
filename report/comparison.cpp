#include <gradus/base/file.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/comparison.hpp>
#include <gradus/report/differences.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

using Runs = std::vector<const RunRecord*>;

std::string accuracy_of(const RunRecord& run, const char* split) {
  if (run.finished()) {
    const SplitResult& result = run.result->splits.at(split);
    return result.examples == 0 ? "–" : fmt::format("{:.2f}", 100 * result.accuracy);
  }
  const auto points = per_iteration(run.rows, split, Quantity::accuracy);
  return points.empty() ? "–" : fmt::format("{:.2f}", points.back().y);
}

}  // namespace

HtmlTable comparison_table(const Runs& runs) {
  std::vector<nlohmann::json> settings;
  for (const RunRecord* run : runs) settings.push_back(flat_settings(*run));
  const std::vector<std::string> names = differing(settings);
  // The settings come last: where they are too many for the page, what was found is still in sight.
  HtmlTable table{
      {"run", "train %", "validation %", "test %", "parameters", "iterations", "seconds"}, {}, 1, 0};
  table.head.insert(table.head.end(), names.begin(), names.end());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunRecord& run = *runs[i];
    std::vector<std::string> row{run.label + (run.finished() ? "" : " (not finished)")};
    for (const char* split : {"train", "validation", "test"}) row.push_back(accuracy_of(run, split));
    const std::int64_t last = run.rows.empty() ? 0 : run.rows.back().iteration;
    row.push_back(run.finished() ? fmt::to_string(run.result->parameters) : "–");
    row.push_back(fmt::format("{}", last));
    row.push_back(run.finished() ? fmt::format("{:.1f}", run.result->total_s) : "–");
    for (const std::string& name : names)
      row.push_back(setting_text(settings[i].value(name, nlohmann::json())));
    table.rows.push_back(std::move(row));
  }
  return table;
}

nlohmann::json repeat_commands(const Runs& runs) {
  nlohmann::json commands;
  for (const RunRecord* run : runs)
    commands.push_back({{"label", run->label}, {"command", train_command(run->settings)}});
  return commands;
}

std::string write_comparison_page(const std::vector<RunRecord>& runs, const std::filesystem::path& page,
                                  const std::filesystem::path& plots) {
  Runs all;
  for (const RunRecord& run : runs) all.push_back(&run);
  const auto plot = [&](const char* name, const char* title, const CurveChoice& choice) {
    return Plot{name, title, overlaid(all, {choice})};
  };
  using enum Quantity;
  const Figures drawn =
      draw({plot("validation-accuracy", "Accuracy on the validation split", {"validation", accuracy}),
            plot("validation-loss", "Loss on the validation split", {"validation", loss}),
            plot("train-accuracy", "Accuracy on the training split", {"train", accuracy}),
            plot("train-loss", "Loss on the training split", {"train", loss}),
            plot("validation-accuracy-epochs", "Accuracy on the validation split over the epochs",
                 {"validation", accuracy, true}),
            plot("validation-loss-epochs", "Loss on the validation split over the epochs",
                 {"validation", loss, true})},
           plots);
  write_file(page, html_page("runs.html", {{"title", fmt::format("{} runs compared", runs.size())},
                                           {"table", comparison_table(all)},
                                           {"missing", drawn.missing},
                                           {"figures", drawn.figures},
                                           {"commands", repeat_commands(all)}}));
  return drawn.missing;
}

}  // namespace gradus
