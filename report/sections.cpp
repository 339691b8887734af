#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/report/charts.hpp>
#include <gradus/report/sections.hpp>
#include <gradus/report/weight_images.hpp>
#include <gradus/train/report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradus {
namespace {

constexpr std::size_t max_classes = 20;
constexpr std::size_t max_weight_images = 1024;

/// The classes that take part in most mistakes, as the true class or as the answer, in their order.
std::vector<std::size_t> most_confused(const std::vector<std::vector<std::int64_t>>& counts,
                                       std::size_t max_count) {
  std::vector<std::int64_t> mistakes(counts.size());
  for (std::size_t t = 0; t < counts.size(); ++t)
    for (std::size_t p = 0; p < counts.size(); ++p)
      if (t != p) {
        mistakes[t] += counts[t][p];
        mistakes[p] += counts[t][p];
      }
  std::vector<std::size_t> classes(counts.size());
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  std::ranges::stable_sort(classes, std::ranges::greater(), [&](std::size_t c) { return mistakes[c]; });
  classes.resize(std::min(max_count, classes.size()));
  std::ranges::sort(classes);
  return classes;
}

}  // namespace

void NumberList::add(const std::string& number, const std::string& what) {
  list_.push_back({{"number", number}, {"what", what}});
}

void NumberList::add(const SessionTimes& times) {
  add(fmt::to_string(times.iterations), "iterations");
  add(fmt::format("{:.1f} s", times.total_s),
      fmt::format("{}, evaluation included", timed_span(times.resumed_at)));
  if (times.step_us_median > 0)
    add(fmt::format("{:.0f} µs", times.step_us_median),
        fmt::format("a step (median), {} thread{}", times.threads, times.threads == 1 ? "" : "s"));
}

std::vector<Plot> curve_plots(const TrainingCurves& run) {
  const auto plot = [&](const char* name, const char* title, Quantity quantity, bool by_epoch) {
    return Plot{name, title,
                overlaid({&run}, {{"train", quantity, by_epoch},
                                  {"validation", quantity, by_epoch},
                                  {"test", quantity, by_epoch},
                                  {"train-set", quantity, by_epoch}})};
  };
  const bool classifies =
      std::ranges::none_of(run.rows, [](const MetricsRow& row) { return std::isnan(row.accuracy); });
  std::vector<Plot> plots{plot("loss-iterations", "Loss over the iterations", Quantity::loss, false)};
  if (classifies)
    plots.push_back(plot("accuracy-iterations", "Accuracy over the iterations", Quantity::accuracy, false));
  plots.push_back(plot("loss-epochs", "Loss over the epochs", Quantity::loss, true));
  if (classifies)
    plots.push_back(plot("accuracy-epochs", "Accuracy over the epochs", Quantity::accuracy, true));
  return plots;
}

Judged judged_on(const std::string& split, const SplitResult& result) {
  return {split,          fmt::format("the {} split", split), result.confusion, result.classes, result.macro,
          result.weighted};
}

HtmlTable class_table(const Judged& judged) {
  return HtmlTable::of(table_of(judged.classes, judged.macro, judged.weighted), 1, 2);
}

Plot confusion_plot(const Judged& judged, bool is_first) {
  const std::string name = is_first ? "confusion" : "confusion-" + judged.name;
  std::string title = fmt::format("Confusion matrix on {}, with counts", judged.examples);
  ConfusionMap map;
  const std::vector<std::size_t> shown = most_confused(judged.confusion, max_classes);
  const bool are_all = shown.size() == judged.confusion.size();
  for (const std::size_t t : shown) {
    const auto& counts = judged.confusion[t];
    map.classes.push_back(judged.classes[t].name);
    if (!are_all) map.support.push_back(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}));
    std::vector<std::int64_t>& row = map.counts.emplace_back();
    for (const std::size_t p : shown) row.push_back(counts[p]);
  }
  if (!are_all)
    title += fmt::format(", of the {} classes among {} that are in most mistakes", shown.size(),
                         judged.confusion.size());
  return {name, title, std::move(map)};
}

nlohmann::json judged_json(const std::vector<Judged>& splits, Figures& drawn) {
  if (splits.empty()) return nullptr;
  nlohmann::json list = nlohmann::json::array();
  auto figure = drawn.figures.end() - static_cast<std::ptrdiff_t>(splits.size());
  for (const Judged& split : splits) {
    std::vector<std::string> names;
    for (const Scores& scores : split.classes) names.push_back(scores.name);
    list.push_back({{"name", split.name},
                    {"examples", split.examples},
                    {"chosen", &split == &splits.front()},
                    {"confusion", *figure++},
                    {"pairs", hardest_pairs(split.confusion, names)},
                    {"classes", class_table(split)}});
  }
  drawn.figures.erase(drawn.figures.end() - static_cast<std::ptrdiff_t>(splits.size()), drawn.figures.end());
  return {{"several", splits.size() > 1}, {"splits", list}};
}

nlohmann::json written(const ImageGrid& grid, const std::filesystem::path& plots, const std::string& name) {
  write_file(plots / (name + ".svg"), contact_sheet_svg({grid}, grid.heading));
  write_file(plots / (name + ".png"), contact_sheet_png({grid}));
  nlohmann::json images;
  for (const LabelledImage& image : grid.images)
    images.push_back({{"picture", png_data_uri(encode_png(image.picture))}});
  return images;
}

nlohmann::json first_layer_json(const Graph& graph, const State<float>& state, std::size_t rows,
                                std::size_t cols, const std::filesystem::path& plots) {
  const FirstLayer layer = first_layer(graph, state, rows, cols, max_weight_images);
  if (layer.images.empty()) return nullptr;
  const std::string range = fmt::format("{:.3f}", layer.full);
  ImageGrid grid{fmt::format("Weights of {}: blue for −{} or less, orange for {} or more", layer.parameter,
                             range, range),
                 10,
                 {}};
  for (const WeightImage& image : layer.images)
    grid.images.push_back({painted(image, layer.full), fmt::to_string(grid.images.size() + 1)});
  nlohmann::json images = written(grid, plots, "first-layer");
  for (std::size_t i = 0; i < grid.images.size(); ++i) images[i]["number"] = grid.images[i].label;
  return {{"parameter", layer.parameter},
          {"unit", layer.kernels ? "an output channel" : "a unit"},
          {"shown", layer.units > layer.images.size() ? fmt::to_string(layer.images.size()) : ""},
          {"units", layer.units},
          {"range", range},
          {"images", images}};
}

nlohmann::json settings_list(const nlohmann::json& settings) {
  nlohmann::json list;
  for (const auto& [name, value] : settings.items())
    if (!value.is_null())
      list.push_back(
          {{"name", name}, {"value", value.is_string() ? value.get<std::string>() : json_text(value)}});
  return list;
}

}  // namespace gradus
