#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/png.hpp>
#include <gradus/report/charts.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/image_grid.hpp>
#include <gradus/report/mistakes.hpp>
#include <gradus/report/page.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/report/weight_images.hpp>
#include <gradus/train/report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace gradus {
namespace {

constexpr std::size_t max_mistakes = 30;
constexpr std::size_t max_classes = 20;
constexpr std::size_t max_weight_images = 60;

std::vector<Plot> curve_plots(const RunRecord& record) {
  const auto plot = [&](const char* name, const char* title, Quantity quantity, bool by_epoch) {
    return Plot{name, title,
                overlaid({&record}, {{"train", quantity, by_epoch}, {"validation", quantity, by_epoch}})};
  };
  return {plot("loss-iterations", "Loss over the iterations", Quantity::loss, false),
          plot("accuracy-iterations", "Accuracy over the iterations", Quantity::accuracy, false),
          plot("loss-epochs", "Loss over the epochs", Quantity::loss, true),
          plot("accuracy-epochs", "Accuracy over the epochs", Quantity::accuracy, true)};
}

/// The classes that take part in most mistakes, as the true class or as the answer, in their order: of many
/// classes the whole matrix could neither be read nor quickly drawn.
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

Plot confusion_plot(const RunRecord& record, const data::Dataset& test) {
  const auto& counts = record.result->confusion;
  std::string title = "Confusion matrix on the test set, with counts";
  if (counts.size() <= max_classes) return {"confusion", title, ConfusionMap{test.classes, counts}};
  ConfusionMap map;
  const std::vector<std::size_t> shown = most_confused(counts, max_classes);
  for (const std::size_t t : shown) {
    map.classes.push_back(test.classes[t]);
    map.support.push_back(std::accumulate(counts[t].begin(), counts[t].end(), std::int64_t{0}));
    std::vector<std::int64_t>& row = map.counts.emplace_back();
    for (const std::size_t p : shown) row.push_back(counts[t][p]);
  }
  title += fmt::format(", of the {} classes among {} that are in most mistakes", shown.size(), counts.size());
  return {"confusion", title, std::move(map)};
}

nlohmann::json result_json(const RunRecord& record, const TrainedNetwork& trained) {
  const RunResult& result = *record.result;
  nlohmann::json numbers;
  const auto add = [&](const std::string& number, const std::string& what) {
    numbers.push_back({{"number", number}, {"what", what}});
  };
  for (const char* split : {"test", "validation", "train"})
    if (result.splits.at(split).examples > 0)
      add(fmt::format("{:.2f} %", 100 * result.splits.at(split).accuracy), fmt::format("{} accuracy", split));
  add(fmt::to_string(trained.network.parameters()), "parameters");
  add(fmt::to_string(record.settings.epochs), "epochs");
  add(fmt::to_string(result.iterations), "iterations");
  add(fmt::format("{:.1f} s", result.total_s),
      fmt::format("{}, evaluation included", timed_span(result.resumed_at)));
  // A session that only had to judge the network took no step.
  if (result.step_us_median > 0)
    add(fmt::format("{:.0f} µs", result.step_us_median),
        fmt::format("a step (median), {} thread{}", record.settings.threads,
                    record.settings.threads == 1 ? "" : "s"));
  HtmlTable classes{{"class", "precision", "recall", "F1", "examples"}, {}, 1, 2};
  const auto row = [&](const Scores& scores) {
    classes.rows.push_back({scores.name, fmt::format("{:.4f}", scores.precision),
                            fmt::format("{:.4f}", scores.recall), fmt::format("{:.4f}", scores.f1),
                            fmt::to_string(scores.support)});
  };
  for (const Scores& scores : result.classes) row(scores);
  row(result.macro);
  row(result.weighted);
  return {{"numbers", numbers}, {"classes", classes}};
}

/// Writes a grid of pictures as a file of its own, and returns the pictures.
nlohmann::json written(const ImageGrid& grid, const std::filesystem::path& plots, const std::string& name) {
  write_file(plots / (name + ".svg"), contact_sheet_svg({grid}, grid.heading));
  write_file(plots / (name + ".png"), contact_sheet_png({grid}));
  nlohmann::json images;
  for (const LabelledImage& image : grid.images)
    images.push_back({{"picture", png_data_uri(encode_png(image.picture))}});
  return images;
}

nlohmann::json mistakes_json(const TrainedNetwork& trained, const std::filesystem::path& plots) {
  const data::Dataset& test = trained.data.test;
  const std::vector<Mistake> mistakes =
      confident_mistakes(trained.network, trained.state, trained.scale, test, max_mistakes);
  if (mistakes.empty()) return nullptr;
  ImageGrid grid{"The most confident mistakes: true class → predicted class, confidence", 5, {}};
  for (const Mistake& mistake : mistakes) {
    const auto pixels = test.image(mistake.index);
    Raster dark_on_light{test.cols, test.rows, 1, {pixels.begin(), pixels.end()}};
    for (std::uint8_t& pixel : dark_on_light.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
    grid.images.push_back(
        {std::move(dark_on_light), fmt::format("{} → {}  {:.1f} %", test.classes[mistake.truth],
                                               test.classes[mistake.predicted], 100 * mistake.confidence)});
  }
  nlohmann::json images = written(grid, plots, "mistakes");
  for (std::size_t i = 0; i < mistakes.size(); ++i)
    images[i].update({{"index", mistakes[i].index},
                      {"truth", test.classes[mistakes[i].truth]},
                      {"predicted", test.classes[mistakes[i].predicted]},
                      {"confidence", fmt::format("{:.1f}", 100 * mistakes[i].confidence)}});
  return {{"images", images}};
}

nlohmann::json first_layer_json(const TrainedNetwork& trained, const std::filesystem::path& plots) {
  const FirstLayer layer = first_layer(trained.network, trained.state, trained.data.test.rows,
                                       trained.data.test.cols, max_weight_images);
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

HtmlTable layer_table_of(const Network& network) {
  HtmlTable table{{"layer", "kind", "output", "parameters", "multiply-adds"}, {}, 3, 1};
  for (const auto& layer : network.model.layers)
    table.rows.push_back({layer.name, layer.kind, to_string(layer.output), fmt::to_string(layer.parameters),
                          fmt::to_string(layer.multiply_adds)});
  table.rows.push_back(
      {"in all", "", "", fmt::to_string(network.parameters()), fmt::to_string(network.multiply_adds())});
  return table;
}

nlohmann::json settings_json(const RunRecord& record) {
  const nlohmann::json settings = of_model(
      record.finished() ? record.result->settings : nlohmann::json(record.settings), *record.settings.parts);
  nlohmann::json list;
  for (const auto& [name, value] : settings.items())
    if (!value.is_null())
      list.push_back(
          {{"name", name}, {"value", value.is_string() ? value.get<std::string>() : json_text(value)}});
  return list;
}

nlohmann::json unfinished_json(const RunRecord& record) {
  if (record.finished()) return nullptr;
  return {{"iteration", record.rows.empty() ? 0 : record.rows.back().iteration},
          {"resume", resume_command(record.settings, record.folder)}};
}

}  // namespace

std::string write_run_page(const RunRecord& record, const TrainedNetwork& trained,
                           const std::filesystem::path& page) {
  const data::Dataset& test = trained.data.test;
  if (record.finished() && record.result->classes.size() != test.classes.size())
    throw FileError(fmt::format(
        "'{}' tells of {} classes, but the data set '{}' has {}: it is not that of the run",
        record.folder.report_json().string(), record.result->classes.size(), test.name, test.classes.size()));
  const std::filesystem::path folder = record.folder.plots();
  std::vector<Plot> plots = curve_plots(record);
  if (record.finished()) plots.push_back(confusion_plot(record, test));
  Figures drawn = draw(plots, folder);
  nlohmann::json data{
      {"title", fmt::format("{} on {}: {}", record.settings.model, test.name, record.label)},
      {"model", record.settings.model},
      {"data", test.name},
      {"label", record.label},
      {"announcement", test.source == data::Source::generated ? data::announcement(trained.data.train) : ""},
      {"unfinished", unfinished_json(record)},
      {"missing", drawn.missing},
      {"result", nullptr},
      {"confusion", nullptr},
      {"mistakes", nullptr},
      {"first_layer", first_layer_json(trained, folder)},
      {"layers", layer_table_of(trained.network)},
      {"command", train_command(record.settings)},
      {"settings", settings_json(record)}};
  if (record.finished()) {
    data["result"] = result_json(record, trained);
    data["confusion"] = drawn.figures.back();
    data["mistakes"] = mistakes_json(trained, folder);
    drawn.figures.pop_back();
  }
  data["figures"] = drawn.figures;
  write_file(page, html_page("run.html", data));
  return drawn.missing;
}

}  // namespace gradus
