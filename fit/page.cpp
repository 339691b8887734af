#include <gradus/base/file.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/fit/page.hpp>
#include <gradus/train/report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

/// A matrix of more classes would be larger than what it tells.
constexpr float max_told_classes = 1000;

/// Nothing where there are no examples, or what they are sorted into is not few classes numbered from 0.
std::optional<ConfusionMatrix> confusion_of(const std::vector<std::pair<float, float>>& answers) {
  float largest = -1;
  for (const auto& [truth, chosen] : answers) {
    for (const float number : {truth, chosen})
      if (!(number >= 0) || number >= max_told_classes || number != std::floor(number)) return std::nullopt;
    largest = std::max({largest, truth, chosen});
  }
  if (largest < 0) return std::nullopt;
  ConfusionMatrix matrix(static_cast<std::size_t>(largest) + 1);
  for (const auto& [truth, chosen] : answers)
    matrix.add(static_cast<std::int64_t>(truth), static_cast<std::int64_t>(chosen));
  return matrix;
}

nlohmann::json head_numbers(const FitPage& fit) {
  NumberList numbers;
  for (const char* split : {"validation", "train"}) {
    const auto& rows = fit.fitted.history;
    const auto last =
        std::find_if(rows.rbegin(), rows.rend(), [&](const auto& row) { return row.split == split; });
    if (last == rows.rend()) continue;
    if (!std::isnan(last->accuracy))
      numbers.add(fmt::format("{:.2f} %", 100 * last->accuracy), fmt::format("{} accuracy", split));
    numbers.add(fmt::format("{:.4g}", last->loss), fmt::format("{} loss", split));
  }
  Index parameters = 0;
  for (const Expr& parameter : fit.network.loss.graph().parameters())
    parameters += parameter.shape().count(1);
  numbers.add(fmt::to_string(parameters), "parameters");
  numbers.add(fmt::to_string(fit.fitted.epochs), fit.fitted.epochs < fit.options.epochs
                                                     ? fmt::format("epochs of {}", fit.options.epochs)
                                                     : "epochs");
  numbers.add(fit.times);
  return numbers.json();
}

HtmlTable parameter_table(const Graph& graph) {
  HtmlTable table{{"parameter", "shape", "numbers"}, {}, 2, 0};
  for (const Expr& parameter : graph.parameters())
    table.rows.push_back(
        {parameter.name(), to_string(parameter.shape()), fmt::to_string(parameter.shape().count(1))});
  return table;
}

nlohmann::json all_settings(const FitPage& fit) {
  nlohmann::json settings = fit.settings;
  settings.update({{"epochs", fit.options.epochs},
                   {"log_every", fit.options.log_every},
                   {"save_every", fit.options.save_every},
                   {"threads", fit.options.threads}});
  if (fit.options.patience) settings["patience"] = *fit.options.patience;
  return settings_list(settings);
}

}  // namespace

std::string write_fit_page(const FitPage& fit, const RunFolder& folder) {
  const Graph& graph = fit.network.loss.graph();
  const std::string label = printable_line(name_of_folder(folder.path()));
  std::vector<Plot> plots = curve_plots({label, "loss", fit.fitted.history});
  std::vector<Judged> judged;
  if (const std::optional<ConfusionMatrix> confusion = confusion_of(fit.answers)) {
    const ClassificationReport report = classification_report(*confusion);
    judged.push_back({"validation", "the validation examples", confusion->rows(), report.classes,
                      report.macro, report.weighted});
    plots.push_back(confusion_plot(judged.front(), true));
  }
  Figures drawn = draw(plots, folder.plots());
  const std::string heading =
      fmt::format("{} minimised by {}", fit.network.loss.name(), fit.options.rule.name());
  nlohmann::json data{{"title", fmt::format("{}: {}", heading, label)},
                      {"heading", heading},
                      {"label", label},
                      {"announcement", ""},
                      {"unfinished", nullptr},
                      {"missing", drawn.missing},
                      {"numbers", head_numbers(fit)},
                      {"best_and_last", best_and_last(fit.fitted.history, fit.times.iterations)},
                      {"split_table", nullptr},
                      {"judged", judged_json(judged, drawn)},
                      {"mistakes", nullptr},
                      {"first_layer", first_layer_json(graph, fit.state, 0, 0, folder.plots())},
                      {"layers", nullptr},
                      {"parameters", parameter_table(graph)},
                      {"command", ""},
                      {"settings", all_settings(fit)}};
  data["figures"] = drawn.figures;
  write_file(folder.page(), html_page("run.html", data));
  return drawn.missing;
}

}  // namespace gradus
