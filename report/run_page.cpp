#include <gradus/base/error.hpp>
#include <gradus/base/escape.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/json.hpp>
#include <gradus/base/png.hpp>
#include <gradus/report/charts.hpp>
#include <gradus/report/command.hpp>
#include <gradus/report/mistakes.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/report/templates.hpp>
#include <gradus/train/report.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace gradus {
namespace {

constexpr std::size_t most_mistakes = 30;
constexpr std::size_t most_classes = 20;
constexpr std::size_t most_templates = 60;

LineChart chart(const RunRecord& record, Quantity quantity, bool by_epoch) {
  LineChart chart{by_epoch ? "epoch" : "iteration", axis_label(quantity, record.settings), {}, by_epoch};
  std::size_t colour = 0;
  for (const char* split : {"train", "validation"}) {
    const auto points =
        by_epoch ? per_epoch(record.rows, split, quantity) : per_iteration(record.rows, split, quantity);
    if (!points.empty()) chart.curves.push_back({split, points, colour, colour == 1});
    ++colour;
  }
  return chart;
}

std::vector<Plot> curve_plots(const RunRecord& record) {
  return {{"loss-iterations", "Loss over the iterations", chart(record, Quantity::loss, false)},
          {"accuracy-iterations", "Accuracy over the iterations", chart(record, Quantity::accuracy, false)},
          {"loss-epochs", "Loss over the epochs", chart(record, Quantity::loss, true)},
          {"accuracy-epochs", "Accuracy over the epochs", chart(record, Quantity::accuracy, true)}};
}

/// The classes that take part in most mistakes, as the true class or as the answer, in their order: of many
/// classes the whole matrix could neither be read nor quickly drawn.
std::vector<std::size_t> most_confused(const std::vector<std::vector<std::int64_t>>& counts,
                                       std::size_t most) {
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
  classes.resize(std::min(most, classes.size()));
  std::ranges::sort(classes);
  return classes;
}

Plot confusion_plot(const RunRecord& record, const data::Dataset& test) {
  const auto& counts = record.result->confusion;
  std::string title = "Confusion matrix on the test set, with counts";
  if (counts.size() <= most_classes) return {"confusion", title, ConfusionMap{test.classes, counts}};
  ConfusionMap map;
  const std::vector<std::size_t> shown = most_confused(counts, most_classes);
  for (const std::size_t t : shown) {
    map.classes.push_back(test.classes[t]);
    map.support.push_back(std::accumulate(counts[t].begin(), counts[t].end(), std::int64_t{0}));
    std::vector<std::int64_t>& row = map.counts.emplace_back();
    for (const std::size_t p : shown) row.push_back(counts[t][p]);
  }
  title += fmt::format(", of the {} classes among {} that are in most mistakes", shown.size(), counts.size());
  return {"confusion", title, std::move(map)};
}

Plot mistakes_plot(const std::vector<Mistake>& mistakes, const data::Dataset& test) {
  ImageGrid grid{{}, 5, 255, false};
  for (const Mistake& mistake : mistakes) {
    const auto pixels = test.image(mistake.index);
    grid.images.push_back({fmt::format("{}\n→ {}  {:.1f} %", test.classes[mistake.truth],
                                       test.classes[mistake.predicted], 100 * mistake.confidence),
                           test.rows, test.cols, std::vector<float>(pixels.begin(), pixels.end())});
  }
  return {"mistakes", "The most confident mistakes: true class → predicted class, confidence",
          std::move(grid)};
}

std::string key_number(const std::string& number, const std::string& what) {
  return fmt::format("<li><b>{}</b><span>{}</span></li>\n", html_escaped(number), html_escaped(what));
}

std::string head(const RunRecord& record, const TrainedNetwork& trained) {
  const data::Dataset& data = trained.data.train;
  std::string html =
      fmt::format("<h1>{} on {}</h1>\n<p class=\"faint\">Run {}</p>\n", html_escaped(record.settings.model),
                  html_escaped(data.name), html_escaped(record.label));
  if (data.source == data::Source::generated)
    html += fmt::format("<p class=\"notice\">{}</p>\n", html_escaped(data::announcement(data)));
  if (!record.finished()) {
    const std::int64_t done = record.rows.empty() ? 0 : record.rows.back().iteration;
    html += fmt::format(
        "<p class=\"notice\">This run has not finished: its last line of metrics.csv is that of "
        "iteration {}. Go on with <code>{}</code>.</p>\n",
        done, html_escaped(resume_command(record.settings, record.folder)));
    return html;
  }
  const RunResult& result = *record.result;
  html += "<ul class=\"numbers\">\n";
  for (const char* split : {"test", "validation", "train"})
    if (result.splits.at(split).examples > 0)
      html += key_number(fmt::format("{:.2f} %", 100 * result.splits.at(split).accuracy),
                         fmt::format("{} accuracy", split));
  html += key_number(fmt::format("{}", trained.network.parameters()), "parameters");
  html += key_number(fmt::format("{}", record.settings.epochs), "epochs");
  html += key_number(fmt::format("{}", result.iterations), "iterations");
  html += key_number(fmt::format("{:.1f} s", result.total_s),
                     fmt::format("{}, evaluation included", timed_span(result.resumed_at)));
  // A session that only had to judge the network took no step.
  if (result.step_us_median > 0)
    html += key_number(fmt::format("{:.0f} µs", result.step_us_median),
                       fmt::format("a step (median), {} thread{}", record.settings.threads,
                                   record.settings.threads == 1 ? "" : "s"));
  return html + "</ul>\n";
}

std::string command_html(const RunRecord& record) {
  return fmt::format("<p>The same bits again, whatever the number of threads:</p>\n<pre>{}</pre>\n",
                     html_escaped(train_command(record.settings)));
}

std::string classes_table(const RunResult& result) {
  HtmlTable table{{"class", "precision", "recall", "F1", "examples"}, {}, 1, 2};
  const auto row = [&](const Scores& scores) {
    table.rows.push_back({html_escaped(scores.name), fmt::format("{:.4f}", scores.precision),
                          fmt::format("{:.4f}", scores.recall), fmt::format("{:.4f}", scores.f1),
                          fmt::format("{}", scores.support)});
  };
  for (const Scores& scores : result.classes) row(scores);
  row(result.macro);
  row(result.weighted);
  return to_html(table);
}

std::string mistakes_html(const std::vector<Mistake>& mistakes, const data::Dataset& test) {
  std::string html =
      "<p>The test images the network got wrong while it was most certain, with the probability it gave its "
      "answer.</p>\n<ul class=\"images\">\n";
  for (const Mistake& mistake : mistakes) {
    const auto pixels = test.image(mistake.index);
    std::vector<std::uint8_t> dark_on_light(pixels.begin(), pixels.end());
    for (std::uint8_t& pixel : dark_on_light) pixel = static_cast<std::uint8_t>(255 - pixel);
    const std::string truth = html_escaped(test.classes[mistake.truth]);
    const std::string predicted = html_escaped(test.classes[mistake.predicted]);
    html += fmt::format(
        "<li><img alt=\"test image {0}, a {1}\" src=\"{2}\">true <b>{1}</b><br>predicted <b>{3}</b><br><span "
        "class=\"faint\">{4:.1f} %, no. {0}</span></li>\n",
        mistake.index, truth, png_data_uri(encode_png(test.cols, test.rows, 1, dark_on_light)), predicted,
        100 * mistake.confidence);
  }
  return html + "</ul>\n";
}

std::string templates_html(const Templates& templates) {
  std::string html = fmt::format(
      "<p>The weights of <code>{}</code>, one picture {}{}: where a pixel is orange, ink there speaks for "
      "it, where it is blue, against it.</p>\n<p class=\"scale\">{:.3f} or less<i></i>{:.3f} or "
      "more</p>\n<ul "
      "class=\"templates\">\n",
      html_escaped(templates.parameter), templates.kernels ? "an output channel" : "a unit",
      templates.units > templates.pictures.size()
          ? fmt::format(", the first {} of {}", templates.pictures.size(), templates.units)
          : "",
      -templates.full, templates.full);
  for (const PixelImage& picture : templates.pictures)
    html += fmt::format("<li><img alt=\"weights of unit {}\" src=\"{}\"></li>\n", picture.caption,
                        png_data_uri(encode_png(painted(picture, templates.full))));
  return html + "</ul>\n";
}

std::string layers_html(const Network& network) {
  HtmlTable table{{"layer", "kind", "output", "parameters", "multiply-adds"}, {}, 3, 1};
  for (const Layer& layer : network.model.layers)
    table.rows.push_back({html_escaped(layer.name), html_escaped(layer.kind),
                          html_escaped(to_string(layer.output)), fmt::format("{}", layer.parameters),
                          fmt::format("{}", layer.multiply_adds)});
  table.rows.push_back({"in all", "", "", fmt::format("{}", network.parameters()),
                        fmt::format("{}", network.multiply_adds())});
  return to_html(table) + "<p class=\"faint\">Multiply-adds are those of one image, forward.</p>\n";
}

std::string settings_html(const RunRecord& record) {
  const nlohmann::json settings =
      of_model(record.finished() ? record.result->settings : nlohmann::json(record.settings));
  std::string html = "<dl class=\"settings\">\n";
  for (const auto& [name, value] : settings.items()) {
    if (value.is_null()) continue;
    const std::string text = value.is_string() ? value.get<std::string>() : json_text(value);
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", html_escaped(name), html_escaped(text));
  }
  return html + "</dl>\n";
}

}  // namespace

std::string write_run_page(const RunRecord& record, const TrainedNetwork& trained,
                           const std::filesystem::path& page) {
  const data::Dataset& test = trained.data.test;
  if (record.finished() && record.result->classes.size() != test.classes.size())
    throw FileError(fmt::format(
        "'{}' tells of {} classes, but the data set '{}' has {}: it is not that of the run",
        record.folder.report_json().string(), record.result->classes.size(), test.name, test.classes.size()));
  std::vector<Plot> plots = curve_plots(record);
  const std::size_t curves = plots.size();
  std::vector<Mistake> mistakes;
  if (record.finished()) {
    plots.push_back(confusion_plot(record, test));
    mistakes = confident_mistakes(trained.network, trained.state, trained.scale, test, most_mistakes);
    if (!mistakes.empty()) plots.push_back(mistakes_plot(mistakes, test));
  }
  const Templates templates =
      first_layer(trained.network, trained.state, test.rows, test.cols, most_templates);
  if (!templates.pictures.empty())
    plots.push_back({"first-layer", "Weights of the first layer",
                     ImageGrid{templates.pictures, 10, templates.full, true}});
  const Figures drawn = draw(plots, record.folder.plots());

  std::string html = head(record, trained);
  std::string section = missing_notice(drawn) + "<div class=\"pair\">\n";
  for (std::size_t i = 0; i < curves; ++i) section += to_html(drawn.figures[i]);
  html +=
      html_section("Curves", section +
                                 "</div>\n<p class=\"faint\">A point of the training curve is the mean over "
                                 "the batches since the point before, taken as they were learned; one of "
                                 "the validation curve is measured there.</p>\n");
  if (record.finished()) {
    html += html_section("Test set",
                         fmt::format("<div class=\"pair\">\n{}<div><h3>Classification report</h3>\n{}</div>"
                                     "</div>\n",
                                     to_html(drawn.figures[curves]), classes_table(*record.result)));
    if (!mistakes.empty()) html += html_section("The most confident mistakes", mistakes_html(mistakes, test));
  }
  if (!templates.pictures.empty()) html += html_section("The first layer", templates_html(templates));
  html += html_section("Layers", layers_html(trained.network));
  html += html_section("Repeat it", command_html(record));
  html += html_section("Settings", settings_html(record));
  write_file(page,
             html_page(fmt::format("{} on {}: {}", record.settings.model, test.name, record.label), html));
  return drawn.missing;
}

}  // namespace gradus
