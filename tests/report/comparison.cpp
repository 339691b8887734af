#include <gradus/report/comparison.hpp>
#include <gradus/tests/support/text.hpp>
#include <gradus/tests/train/runs.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

/// Two short runs that differ in activation and learning rate.
struct TwoRuns : Runs {
  std::vector<RunRecord> records;
  TwoRuns() {
    TrainSettings settings = small_run();
    train(settings, "first");
    settings.activation = "tanh";
    settings.hyper = {{"learning_rate", 0.01}};
    settings.threads = 2;
    train(settings, "second");
    records = {read_record(folder / "first"), read_record(folder / "second")};
  }
  std::vector<const RunRecord*> pointers() const { return {&records[0], &records[1]}; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(comparison)

BOOST_FIXTURE_TEST_CASE(curves_over_each_other, TwoRuns) {
  const LineChart chart = overlaid(pointers(), {{"validation", Quantity::accuracy, false}});
  BOOST_TEST(chart.x_label == "iteration");
  BOOST_TEST(chart.y_label == "accuracy (%)");
  BOOST_TEST_REQUIRE(chart.curves.size() == 2);
  BOOST_TEST(chart.curves[1].label == "second");
  BOOST_TEST(chart.curves[1].colour == 1);
  BOOST_TEST(chart.curves[0].points.size() == chart.curves[1].points.size());
  const LineChart both =
      overlaid(pointers(), {{"train", Quantity::loss, true}, {"validation", Quantity::loss, true}});
  BOOST_TEST(both.x_label == "epoch");
  BOOST_TEST(both.y_label == "cross-entropy (nats)");
  BOOST_TEST_REQUIRE(both.curves.size() == 4);
  BOOST_TEST(both.curves[3].label == "second, validation");
  BOOST_TEST(both.curves[3].dashed);
  BOOST_TEST(both.curves[2].points.size() == 3);
}

BOOST_FIXTURE_TEST_CASE(of_one_run_each_split_has_a_colour, TwoRuns) {
  const LineChart chart =
      overlaid({&records[0]}, {{"train", Quantity::loss, false}, {"validation", Quantity::loss, false}});
  BOOST_TEST_REQUIRE(chart.curves.size() == 2);
  BOOST_TEST(chart.curves[0].label == "train");
  BOOST_TEST(chart.curves[1].label == "validation");
  BOOST_TEST(chart.curves[1].colour == 1);
  BOOST_TEST(chart.curves[1].dashed);
}

BOOST_FIXTURE_TEST_CASE(a_table_of_what_differs, TwoRuns) {
  const std::string table = html_of("table.html", comparison_table(pointers()));
  for (const char* part : {">activation<", ">learning_rate<", ">relu<", ">tanh<", ">0.01<", ">0.001<", ">–<",
                           "first (not finished)"})
    BOOST_TEST(holds(table, part), part);
  for (const char* part : {">threads<", ">batch<", ">seed<"}) BOOST_TEST(!holds(table, part), part);
  for (const RunRecord& run : records)
    BOOST_TEST(holds(table, fmt::format("<td>{:.2f}</td>", 100 * run.rows.back().accuracy)), run.label);
}

BOOST_FIXTURE_TEST_CASE(a_page, TwoRuns) {
  write_comparison_page(records, folder / "page.html", folder / "plots");
  const std::string html = read_file(folder / "page.html");
  BOOST_TEST(holds(html, "<h1>2 runs compared</h1>"));
  BOOST_TEST(holds(html, "gradus train mlp --activation tanh"));
}

BOOST_AUTO_TEST_CASE(an_axis_for_charts_side_by_side) {
  LineChart low{"x", "accuracy (%)", {{"a", {{1, 50}, {2, 60}}, 0, false}}};
  LineChart high{"x", "accuracy (%)", {{"b", {{1, 90}, {2, 100}}, 0, false}}};
  share_y_axis({&low, &high});
  BOOST_TEST(low.y_from == 48);
  BOOST_TEST(low.y_to == 100);
  BOOST_TEST(high.y_from == low.y_from);
  BOOST_TEST(high.y_to == low.y_to);
}

BOOST_AUTO_TEST_SUITE_END()
