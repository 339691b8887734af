#include <gradus/base/escape.hpp>
#include <gradus/base/file.hpp>
#include <gradus/report/charts.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/comparison.hpp>
#include <gradus/report/palette.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradus {
namespace {

using Runs = std::vector<const RunRecord*>;

/// The settings of a run, hyper-parameters among them by their names, given or not.
nlohmann::json flat_settings(const RunRecord& run) {
  nlohmann::json settings = of_model(run.settings);
  settings.erase("hyper");
  settings.update(nlohmann::json(hyper_values(run.settings)));
  return settings;
}

std::string cell(const nlohmann::json& value) {
  if (value.is_null()) return "–";
  return html_escaped(value.is_string() ? value.get<std::string>() : value.dump());
}

/// The settings that are not the same in all runs, but for the number of threads, which decides nothing.
std::vector<std::string> differing(const std::vector<nlohmann::json>& settings) {
  nlohmann::json all;
  for (const auto& each : settings) all.update(each);
  all.erase("threads");
  std::vector<std::string> names;
  for (const auto& [name, value] : all.items())
    if (std::ranges::any_of(settings, [&, key = name](const auto& each) {
          return each.value(key, nlohmann::json()) != settings.front().value(key, nlohmann::json());
        }))
      names.push_back(name);
  return names;
}

std::string accuracy_of(const RunRecord& run, const char* split) {
  if (run.finished()) {
    const SplitResult& result = run.result->splits.at(split);
    return result.examples == 0 ? "–" : fmt::format("{:.2f}", 100 * result.accuracy);
  }
  const auto points = per_iteration(run.rows, split, Quantity::accuracy);
  return points.empty() ? "–" : fmt::format("{:.2f}", points.back().y);
}

/// What several losses are called together.
std::string loss_label(const Runs& runs) {
  const TrainSettings& first = runs.front()->settings;
  const bool same =
      std::ranges::all_of(runs, [&](const auto* run) { return run->settings.loss == first.loss; });
  return same ? axis_label(Quantity::loss, first) : "loss (each run's own)";
}

}  // namespace

LineChart overlaid(const Runs& runs, const std::vector<CurveChoice>& choices) {
  const bool by_epoch = choices.front().by_epoch;
  LineChart chart{by_epoch ? "epoch" : "iteration",
                  choices.front().quantity == Quantity::accuracy ? "accuracy (%)" : loss_label(runs),
                  {},
                  by_epoch};
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (const CurveChoice& choice : choices) {
      const bool several = choices.size() > 1;
      const auto points = by_epoch ? per_epoch(runs[i]->rows, choice.split, choice.quantity)
                                   : per_iteration(runs[i]->rows, choice.split, choice.quantity);
      if (!points.empty())
        chart.curves.push_back({several ? runs[i]->label + ", " + choice.split : runs[i]->label, points, i,
                                several ? choice.split != "train" : i >= palette.size()});
    }
  return chart;
}

void share_y_axis(std::vector<LineChart*> charts) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const LineChart* chart : charts)
    for (const Curve& curve : chart->curves)
      for (const CurvePoint& point : curve.points) {
        low = std::min(low, point.y);
        high = std::max(high, point.y);
      }
  if (!(low < high)) return;
  const double margin = 0.04 * (high - low);
  const bool percent = charts.front()->y_label.ends_with("(%)");
  for (LineChart* chart : charts) {
    chart->y_from = std::max(0.0, low - margin);
    chart->y_to = percent ? std::min(100.0, high + margin) : high + margin;
  }
}

std::string comparison_table(const Runs& runs) {
  std::vector<nlohmann::json> settings;
  for (const RunRecord* run : runs) settings.push_back(flat_settings(*run));
  const std::vector<std::string> names = differing(settings);
  // The settings come last: where they are too many for the page, what was found is still in sight.
  HtmlTable table{
      {"run", "train %", "validation %", "test %", "parameters", "iterations", "seconds"}, {}, 1, 0};
  table.head.insert(table.head.end(), names.begin(), names.end());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunRecord& run = *runs[i];
    std::vector<std::string> row{html_escaped(run.label) + (run.finished() ? "" : " (not finished)")};
    for (const char* split : {"train", "validation", "test"}) row.push_back(accuracy_of(run, split));
    const std::int64_t last = run.rows.empty() ? 0 : run.rows.back().iteration;
    row.push_back(run.finished() ? fmt::to_string(run.result->parameters) : "–");
    row.push_back(fmt::format("{}", last));
    row.push_back(run.finished() ? fmt::format("{:.1f}", run.result->total_s) : "–");
    for (const std::string& name : names) row.push_back(cell(settings[i].value(name, nlohmann::json())));
    table.rows.push_back(std::move(row));
  }
  return to_html(table);
}

std::string write_comparison_page(const std::vector<RunRecord>& runs, const std::filesystem::path& page,
                                  const std::filesystem::path& plots) {
  Runs all;
  for (const RunRecord& run : runs) all.push_back(&run);
  const auto plot = [&](const char* name, const char* title, const char* split, Quantity quantity,
                        bool by_epoch) {
    return Plot{name, title, overlaid(all, {{split, quantity, by_epoch}})};
  };
  const Figures drawn =
      draw({plot("validation-accuracy", "Accuracy on the validation split", "validation", Quantity::accuracy,
                 false),
            plot("validation-loss", "Loss on the validation split", "validation", Quantity::loss, false),
            plot("train-accuracy", "Accuracy on the training split", "train", Quantity::accuracy, false),
            plot("train-loss", "Loss on the training split", "train", Quantity::loss, false),
            plot("validation-accuracy-epochs", "Accuracy on the validation split over the epochs",
                 "validation", Quantity::accuracy, true),
            plot("validation-loss-epochs", "Loss on the validation split over the epochs", "validation",
                 Quantity::loss, true)},
           plots);
  std::string html = fmt::format("<h1>{} runs compared</h1>\n", runs.size());
  html += html_section("Runs", comparison_table(all));
  std::string figures = missing_notice(drawn) + "<div class=\"pair\">\n";
  for (const Figure& figure : drawn.figures) figures += to_html(figure);
  html += html_section("Curves", figures + "</div>\n");
  std::string commands;
  for (const RunRecord& run : runs)
    commands += fmt::format("<h3>{}</h3>\n<pre>{}</pre>\n", html_escaped(run.label),
                            html_escaped(train_command(run.settings)));
  html += html_section("Repeat them", commands);
  write_file(page, html_page(fmt::format("{} runs compared", runs.size()), html));
  return drawn.missing;
}

}  // namespace gradus
