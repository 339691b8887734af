#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/png.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/mistakes.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/report/sections.hpp>
#include <gradus/train/report.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

constexpr std::size_t max_mistakes = 30;
constexpr const char* splits[] = {"test", "validation", "train"};

nlohmann::json numbers_json(const RunRecord& record, const TrainedNetwork& trained) {
  const RunResult& result = *record.result;
  NumberList numbers;
  for (const char* split : splits)
    if (result.splits.at(split).examples > 0)
      numbers.add(fmt::format("{:.2f} %", 100 * result.splits.at(split).accuracy),
                  fmt::format("{} accuracy", split));
  numbers.add(fmt::to_string(trained.network.parameters()), "parameters");
  numbers.add(fmt::to_string(record.settings.epochs), "epochs");
  numbers.add(
      {result.iterations, result.resumed_at, result.total_s, result.step_us_median, record.settings.threads});
  return numbers.json();
}

/// The splits of a finished run that have images, the test split first.
std::vector<Judged> judged_splits(const RunRecord& record) {
  std::vector<Judged> judged;
  if (!record.finished()) return judged;
  for (const char* name : splits) {
    const SplitResult& split = record.result->splits.at(name);
    if (split.examples > 0 && !split.confusion.empty()) judged.push_back(judged_on(name, split));
  }
  return judged;
}

nlohmann::json split_table(const RunResult& result) {
  HtmlTable table{{"split", "loss", "accuracy", "images"}, {}};
  for (const char* name : {"train", "validation", "test"}) {
    const SplitResult& split = result.splits.at(name);
    if (split.examples > 0)
      table.rows.push_back({name, fmt::format("{:.4f}", split.loss),
                            fmt::format("{:.2f} %", 100 * split.accuracy), fmt::to_string(split.examples)});
  }
  return table;
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

nlohmann::json unfinished_json(const RunRecord& record) {
  if (record.finished()) return nullptr;
  return {{"iteration", record.rows.empty() ? 0 : record.rows.back().iteration},
          {"resume", resume_command(record.settings, record.folder)}};
}

}  // namespace

std::string write_run_page(const RunRecord& record, const TrainedNetwork& trained,
                           const std::filesystem::path& page) {
  const data::Dataset& test = trained.data.test;
  const std::vector<Judged> judged = judged_splits(record);
  for (const Judged& split : judged)
    if (split.classes.size() != test.classes.size())
      throw FileError(fmt::format(
          "'{}' tells of {} classes, but the data set '{}' has {}: it is not that of the run",
          record.folder.report_json().string(), split.classes.size(), test.name, test.classes.size()));
  const std::filesystem::path folder = record.folder.plots();
  std::vector<Plot> plots = curve_plots(record);
  for (const Judged& split : judged) plots.push_back(confusion_plot(split, &split == &judged.front()));
  Figures drawn = draw(plots, folder);
  nlohmann::json data{
      {"title", fmt::format("{} on {}: {}", record.settings.model, test.name, record.label)},
      {"heading", fmt::format("{} on {}", record.settings.model, test.name)},
      {"label", record.label},
      {"announcement", test.source == data::Source::generated ? data::announcement(trained.data.train) : ""},
      {"unfinished", unfinished_json(record)},
      {"missing", drawn.missing},
      {"numbers", nullptr},
      {"best_and_last", record.finished() ? best_and_last(record.rows, record.result->weights_of) : ""},
      {"split_table", nullptr},
      {"judged", judged_json(judged, drawn)},
      {"mistakes", nullptr},
      {"first_layer", first_layer_json(*trained.network.graph, trained.state, test.rows, test.cols, folder)},
      {"layers",
       HtmlTable::of(layer_rows(trained.network, {"layer", "kind", "output", "parameters", "multiply-adds"}),
                     3, 1)},
      {"parameters", nullptr},
      {"command", train_command(record.settings)},
      {"settings",
       settings_list(of_model(record.finished() ? record.result->settings : nlohmann::json(record.settings),
                              *record.settings.parts))}};
  if (record.finished()) {
    data["numbers"] = numbers_json(record, trained);
    data["split_table"] = split_table(*record.result);
    data["mistakes"] = mistakes_json(trained, folder);
  }
  data["figures"] = drawn.figures;
  write_file(page, html_page("run.html", data));
  return drawn.missing;
}

}  // namespace gradus
