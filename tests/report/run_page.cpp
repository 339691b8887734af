#include <gradus/base/process.hpp>
#include <gradus/report/mistakes.hpp>
#include <gradus/report/page.hpp>
#include <gradus/report/run_page.hpp>
#include <gradus/report/sections.hpp>
#include <gradus/report/weight_images.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/train/runs.hpp>
#include <gradus/train/report.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// A small trained network in a run folder, with its report.
struct Trained : Runs {
  const data::TrainTest& set;
  TrainSettings settings = small_run();
  data::Split split = data::split(set.train, {settings.validation, settings.train_limit});
  RunFolder run = RunFolder::create(folder / "run");
  Trainer trainer{settings, set, split, run, false};
  TrainedNetwork network{trainer.network(), trainer.state(), set, trainer.scale()};

  explicit Trained(const data::TrainTest& data = digits()) : set(data) {}

  TrainOutcome train(int steps = to_the_end) {
    run.write_config({{"settings", settings}});
    Progress progress({.epochs = settings.epochs, .quiet = true}, Progress::Screen{.file = nullptr});
    int taken = 0;
    TrainOutcome outcome = trainer.run(progress, [&] { return ++taken == steps; });
    if (outcome.finished)
      write_file(run.report_json(), report_json(settings, set, trainer.network(), outcome).dump());
    return outcome;
  }

  std::string page() {
    write_run_page(read_record(run.path()), network, run.page());
    return read_file(run.page());
  }
};

/// Digits that are called by 256 names.
const data::TrainTest& many_classes() {
  static const data::TrainTest set = [] {
    data::TrainTest made = digits();
    for (data::Dataset* part : {&made.train, &made.test}) {
      part->classes.clear();
      for (int c = 0; c < 256; ++c) part->classes.push_back(fmt::format("c{}", c));
      for (std::size_t i = 0; i < part->size(); ++i)
        part->labels[i] = static_cast<std::uint8_t>(i * 37 % 256);
    }
    return made;
  }();
  return set;
}

/// Digits whose classes a template or a page might take for its own words.
const data::TrainTest& hostile_classes() {
  static const data::TrainTest set = [] {
    data::TrainTest made = digits();
    for (data::Dataset* part : {&made.train, &made.test})
      part->classes = {"{{title}}", "{{>page.css}}", "{{{svg}}}", "{{#rows}}", "{{/rows}}", "{{",
                       "}}",        "{{=<% %>=}}",   "<script>",  "\n{{x}}"};
    return made;
  }();
  return set;
}

struct TrainedOnManyClasses : Trained {
  TrainedOnManyClasses() : Trained(many_classes()) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(run_page)

BOOST_FIXTURE_TEST_CASE(mistakes_are_those_of_the_confusion_matrix, Trained) {
  const TrainOutcome outcome = train();
  const auto wrong = static_cast<std::size_t>(outcome.test.examples() - outcome.test.confusion.correct());
  BOOST_TEST_REQUIRE(wrong > 3);
  const auto mistakes =
      confident_mistakes(network.network, network.state, network.scale, digits().test, 1000);
  BOOST_TEST(mistakes.size() == wrong);
  ConfusionMatrix counted(10);
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    BOOST_TEST(mistakes[i].truth == digits().test.labels[mistakes[i].index]);
    BOOST_TEST(mistakes[i].confidence >= mistakes[i].of_truth);
    if (i > 0) BOOST_TEST(mistakes[i].confidence <= mistakes[i - 1].confidence);
    counted.add(static_cast<std::int64_t>(mistakes[i].truth),
                static_cast<std::int64_t>(mistakes[i].predicted));
  }
  for (std::size_t t = 0; t < 10; ++t)
    for (std::size_t p = 0; p < 10; ++p)
      if (t != p) BOOST_TEST(counted.count(t, p) == outcome.test.confusion.count(t, p));
  const auto first = confident_mistakes(network.network, network.state, network.scale, digits().test, 2);
  BOOST_TEST_REQUIRE(first.size() == 2);
  BOOST_TEST(first[1].index == mistakes[1].index);
}

BOOST_FIXTURE_TEST_CASE(images_are_columns_of_the_first_weights, Trained) {
  const FirstLayer layer = first_layer(*network.network.graph, network.state, 28, 28, 5);
  BOOST_TEST(layer.parameter == "hidden1/weight");
  BOOST_TEST(layer.units == 9);
  BOOST_TEST_REQUIRE(layer.images.size() == 5);
  const auto weights = network.state["hidden1/weight"];
  for (const Index pixel : {Index{0}, Index{29}, Index{783}})
    BOOST_TEST(layer.images[3].values[static_cast<std::size_t>(pixel)] == weights[pixel * 9 + 3]);
  BOOST_TEST(first_layer(*network.network.graph, network.state, 10, 10, 5).images.empty());
}

BOOST_AUTO_TEST_CASE(weights_are_painted) {
  const Raster picture = painted({1, 4, {0, 0.5, -2, 1}}, 1);
  BOOST_TEST(picture.channels == 4);
  BOOST_TEST(picture.pixels[3] == 0);
  BOOST_TEST(picture.pixels[7] == 128);
  BOOST_TEST(picture.pixels[11] == 255);
  BOOST_TEST(picture.pixels[4] > picture.pixels[6]);
  BOOST_TEST(picture.pixels[8] < picture.pixels[10]);
}

BOOST_FIXTURE_TEST_CASE(of_a_finished_run, Trained) {
  const TrainOutcome outcome = train();
  const std::string html = page();
  for (const char* part :
       {"<h1>mlp on generated</h1>", "GENERATED DIGITS, NOT REAL DATA", "Classification report",
        "macro average", "The most confident mistakes", "id=\"split-test\" checked",
        "Classification report, the train split", "<td class=\"text\">validation</td>",
        "data:image/png;base64,", "hidden1/weight", "(batch, 9)", "dense 10, softmax",
        "gradus train mlp --batch 16 --no-drop-last --epochs 3 --hidden 9,5 --log-every 3 --seed 1 "
        "--validation 30"})
    BOOST_TEST(holds(html, part), part);
  BOOST_TEST(holds(html, fmt::format("<b>{:.2f} %</b><span>test accuracy", 100 * outcome.test.accuracy())));
  // The first picture of the mistakes, as ink on paper, each pixel doubled.
  const Mistake first =
      confident_mistakes(network.network, network.state, network.scale, digits().test, 1).front();
  const Raster sheet = decode_png(read_file(run.plots() / "mistakes.png"), "mistakes", 2);
  for (const std::size_t row : {0UL, 9UL, 14UL, 20UL})
    BOOST_TEST(int{sheet.at(4 + 2 * row, 4 + 2 * 14)} ==
               255 - digits().test.image(first.index)[row * 28 + 14]);
  for (const char* loaded : {"http://", "https://", "<script", "@import", "url("}) {
    std::string rest = html;
    // Names of XML's own, which nobody fetches.
    for (const std::string own : {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"})
      for (std::size_t at = 0; (at = rest.find(own)) != std::string::npos;) rest.erase(at, own.size());
    BOOST_TEST(!holds(rest, loaded), loaded);
  }
}

BOOST_FIXTURE_TEST_CASE(of_256_classes_those_in_most_mistakes_are_drawn, TrainedOnManyClasses) {
  BOOST_TEST_REQUIRE(train().finished);
  const std::string html = page();
  BOOST_TEST(html.size() < 600'000);
  for (const char* name : {"<td class=\"text\">c0</td>", "<td class=\"text\">c255</td>"})
    BOOST_TEST(holds(html, name), name);
  BOOST_TEST(holds(html, "of the 20 classes among 256 that are in most mistakes") == has_program("gnuplot"));
}

struct TrainedOnHostileClasses : Trained {
  TrainedOnHostileClasses() : Trained(hostile_classes()) {}
};

BOOST_FIXTURE_TEST_CASE(names_of_classes_are_text, TrainedOnHostileClasses) {
  BOOST_TEST_REQUIRE(train().finished);
  const std::string html = page();
  BOOST_TEST(!holds(html, "<script"));
  for (const char* name : {"{{title}}", "{{&gt;page.css}}", "{{{svg}}}", "{{#rows}}", "&lt;script&gt;"})
    BOOST_TEST(holds(html, "<td class=\"text\">" + std::string(name) + "</td>"), name);
}

BOOST_FIXTURE_TEST_CASE(a_report_of_other_classes_than_the_data, Trained) {
  train();
  const TrainedNetwork other{trainer.network(), trainer.state(), many_classes(), trainer.scale()};
  check_refused<FileError>(
      [&] { write_run_page(read_record(run.path()), other, run.page()); },
      "'" + run.report_json().string() +
          "' tells of 10 classes, but the data set 'generated' has 256: it is not that of "
          "the run");
}

BOOST_FIXTURE_TEST_CASE(of_a_run_that_was_stopped, Trained) {
  train(5);
  const std::string html = page();
  BOOST_TEST(holds(html, "This run has not finished: its last line of metrics.csv is that of iteration 3."));
  BOOST_TEST(!holds(html, "Classification report"));
  BOOST_TEST(!holds(html, "mistakes"));
  BOOST_TEST(holds(html, "hidden1/weight"));
}

BOOST_FIXTURE_TEST_CASE(of_a_run_without_a_line_of_metrics, Trained) {
  train(1);
  const std::string html = page();
  BOOST_TEST(holds(html, "its last line of metrics.csv is that of iteration 0."));
  BOOST_TEST(holds(html, "the plots were not drawn") == !has_program("gnuplot"));
}

BOOST_FIXTURE_TEST_CASE(the_first_of_many_units_are_drawn, Scratch) {
  const auto told = [&](const Shape& shape) {
    Graph graph;
    graph.parameter("w", shape, filled_with(0.5));
    return first_layer_json(graph, State<float>(graph, 0), 2, 2, folder);
  };
  const nlohmann::json many = told({4, 1025});
  BOOST_TEST(many.at("shown") == "1024");
  BOOST_TEST(many.at("units") == 1025);
  BOOST_TEST(many.at("images").size() == 1024U);
  BOOST_TEST(many.at("unit") == "a unit");
  const nlohmann::json kernels = told({3, 2, 5, 5});
  BOOST_TEST(kernels.at("shown") == "");
  BOOST_TEST(kernels.at("unit") == "an output channel");
  BOOST_TEST(told({4, 1024}).at("shown") == "");
  BOOST_TEST(told({5, 61}).is_null());
}

BOOST_AUTO_TEST_CASE(of_many_classes_those_in_most_mistakes_are_kept_in_their_order) {
  constexpr std::size_t all = 23;
  std::vector<std::vector<std::int64_t>> counts(all, std::vector<std::int64_t>(all));
  std::vector<Scores> classes;
  for (std::size_t c = 0; c < all; ++c) {
    counts[c][c] = 100;
    classes.push_back({.name = fmt::format("c{}", c)});
  }
  // The classes 1, 4 and 9 take part in no mistake.
  for (std::size_t c = 0; c < all; ++c)
    if (c != 1 && c != 4 && c != 9) counts[c][c == 22 ? 0 : 22] += 1 + static_cast<std::int64_t>(c);
  const Judged judged{"validation", "the validation split", counts, classes, {}, {}};
  const Plot plot = confusion_plot(judged, false);
  BOOST_TEST(plot.name == "confusion-validation");
  BOOST_TEST(confusion_plot(judged, true).name == "confusion");
  BOOST_TEST(plot.title ==
             "Confusion matrix on the validation split, with counts, of the 20 classes among 23 that are in "
             "most mistakes");
  const auto& map = std::get<ConfusionMap>(plot.what);
  BOOST_TEST_REQUIRE(map.classes.size() == 20U);
  BOOST_TEST(map.classes[0] == "c0");
  BOOST_TEST(map.classes[1] == "c2");
  BOOST_TEST(map.classes[19] == "c22");
  BOOST_TEST(map.counts[1][1] == 100);
  BOOST_TEST(map.counts[1][0] == 0);
  BOOST_TEST(map.counts[1][19] == 3);
  BOOST_TEST(map.counts[19][0] == 23);
  BOOST_TEST(map.support[1] == 103);
}

BOOST_AUTO_TEST_CASE(tables_have_numbers_at_the_right_and_a_foot) {
  BOOST_TEST(html_of("table.html", HtmlTable{{"a", "b"}, {{"x", "1"}, {"all", "2"}}, 1, 1}) ==
             "<div class=\"scroll\"><table><thead><tr><th scope=\"col\" class=\"text\">a</th><th "
             "scope=\"col\">b</th>"
             "</tr></thead><tbody>\n<tr><td class=\"text\">x</td><td>1</td></tr>\n<tr class=\"foot\"><td "
             "class=\"text\">"
             "all</td><td>2</td></tr>\n</tbody></table></div>\n");
}

BOOST_AUTO_TEST_SUITE_END()
