#include <gradus/base/process.hpp>
#include <gradus/report/plot.hpp>
#include <gradus/report/svg.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/tests/support/text.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

std::vector<Plot> plots() {
  return {{"loss", "Loss <of> a run",
           LineChart{"iteration",
                     "cross-entropy (nats)",
                     {{"it's a $(label)", {{1, 2}, {2, 1.5}}, 0, false},
                      {"second", {{1, 1}, {2, 0.5}}, 1, true},
                      {"empty", {}, 2, false}}}},
          {"confusion", "Confusion", ConfusionMap{{"cat", "dog"}, {{90, 10}, {0, 50}}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plot)

BOOST_AUTO_TEST_CASE(labels_are_text_to_gnuplot) {
  const std::string script = gnuplot_script(plots());
  BOOST_TEST(holds(script, "title 'it''s a $(label)'"));
  BOOST_TEST(holds(script, "set output 'plot0.svg'"));
  BOOST_TEST(holds(script, "set xlabel 'iteration'"));
  BOOST_TEST(holds(script, "set ylabel 'cross-entropy (nats)'"));
  BOOST_TEST(holds(script, "set xlabel 'predicted class'"));
}

BOOST_AUTO_TEST_CASE(dashes_whole_numbers_and_a_given_axis) {
  const std::string script = gnuplot_script(plots());
  BOOST_TEST(holds(script, "dt 1 lc rgb '#0072b2' title 'it''s a $(label)'"));
  BOOST_TEST(holds(script, "dt (5,4) lc rgb '#d55e00' title 'second'"));
  BOOST_TEST(!holds(script, "set xtics 3\n"));
  BOOST_TEST(!holds(script, "set yrange [0.5:2]"));
  LineChart epochs{"epoch", "loss", {{"a", {{1, 2}, {25, 1}}, 0, false}}, true, 0.5, 2};
  const std::string whole = gnuplot_script({{"epochs", "Epochs", epochs}});
  BOOST_TEST(holds(whole, "set xtics 3\n"));
  // A picture that stands alone says what it is; in a page that is written beside it.
  BOOST_TEST(whole.find("set title 'Epochs'") > whole.find("set terminal pngcairo"));
  BOOST_TEST(holds(whole, "set yrange [0.5:2]\n"));
}

BOOST_AUTO_TEST_CASE(shares_become_opacity) {
  const std::string script = gnuplot_script({plots()[1]});
  // 90 of 100 are blue by 0.9, the 10 most frequent mistakes orange by 0.8; none is nothing; 50 of 50 opaque.
  BOOST_TEST(holds(script, "0 0 0x190072b2 90 0xfffffe\n"));
  BOOST_TEST(holds(script, "1 0 0x33d55e00 10 0x1d2025\n"));
  BOOST_TEST(holds(script, "0 1 0xffd55e00 · 0x595f69\n"));
  BOOST_TEST(holds(script, "1 1 0x000072b2 50 0xfffffe\n"));
  // Of a class that has more examples than the classes shown, 90 of 200.
  const std::string part =
      gnuplot_script({{"part", "Part", ConfusionMap{{"cat", "dog"}, {{90, 10}, {0, 50}}, {200, 50}}}});
  BOOST_TEST(holds(part, "0 0 0x8c0072b2 90 0x1d2025\n"));
}

BOOST_FIXTURE_TEST_CASE(drawn_by_gnuplot, Scratch, *boost::unit_test::precondition([](auto) {
                          return boost::test_tools::assertion_result(has_program("gnuplot"));
                        })) {
  const Figures drawn = draw(plots(), folder / "new" / "plots");
  BOOST_TEST(drawn.missing == "");
  BOOST_TEST_REQUIRE(drawn.figures.size() == 2);
  for (const Plot& plot : plots()) {
    BOOST_TEST(read_file(folder / "new" / "plots" / (plot.name + ".png")).starts_with("\x89PNG"));
    const std::string svg = read_file(folder / "new" / "plots" / (plot.name + ".svg"));
    BOOST_TEST(holds(svg, "prefers-color-scheme: dark"), plot.name);
    BOOST_TEST(svg.starts_with("<?xml"), plot.name);
    BOOST_TEST(svg.ends_with("</svg>\n\n"), plot.name);
  }
  const std::string& loss = drawn.figures[0].svg;
  BOOST_TEST(loss.starts_with("<svg"));
  BOOST_TEST(holds(loss, "class=\"figure\" role=\"img\" aria-label=\"Loss &lt;of&gt; a run\""));
  BOOST_TEST(holds(loss, "it's a $(label)"));
  BOOST_TEST(holds(loss, "#0072b2"));
  BOOST_TEST(holds(loss, "#d55e00"));
  BOOST_TEST(!holds(loss, "rgb("));
  BOOST_TEST(!holds(loss, "<title>"));
  BOOST_TEST(holds(drawn.figures[1].svg, ">90</text>"));
}

BOOST_FIXTURE_TEST_CASE(without_gnuplot_nothing_is_lost, Scratch) {
  const test::Variable path("PATH", folder.string());
  const Figures drawn = draw(plots(), folder / "plots");
  BOOST_TEST(drawn.missing ==
             "the plots were not drawn: gnuplot is not installed; install it (Debian's package gnuplot-nox)");
  BOOST_TEST_REQUIRE(drawn.figures.size() == 2);
  BOOST_TEST(drawn.figures[0].svg == "");
}

BOOST_FIXTURE_TEST_CASE(a_gnuplot_that_fails, Scratch) {
  write_file(folder / "gnuplot", "#!/bin/sh\necho first >&2\necho second >&2\nexit 3\n");
  fs::permissions(folder / "gnuplot", fs::perms::owner_all);
  const test::Variable path("PATH", folder.string());
  BOOST_TEST(draw(plots(), folder / "plots").missing == "the plots were not drawn: '" +
                                                            (folder / "gnuplot").string() +
                                                            "' ended with exit code 3: first second");
}

BOOST_FIXTURE_TEST_CASE(a_gnuplot_that_ran_out_of_space, Scratch) {
  const std::string png = "\\211PNG\\r\\n IEND\\256B\\140\\202";
  const auto drawn_with = [&](const std::string& svg_text, const std::string& png_text) {
    write_file(folder / "gnuplot", "#!/bin/sh\nfor i in 0 1; do printf '" + svg_text +
                                       "' > plot$i.svg; printf '" + png_text + "' > plot$i.png; done\n");
    fs::permissions(folder / "gnuplot", fs::perms::owner_all);
    const test::Variable path("PATH", folder.string());
    return draw(plots(), folder / "plots").missing;
  };
  BOOST_TEST(drawn_with("<svg></svg>\\n\\n", png) == "");
  BOOST_TEST(fs::exists(folder / "plots" / "loss.svg"));
  fs::remove_all(folder / "plots");
  for (const auto& [svg_text, png_text] :
       {std::pair{std::string("<svg></s"), png}, std::pair{std::string(), png},
        std::pair{std::string("<svg></svg>\\n"), std::string("\\211PNG\\r\\n I")},
        std::pair{std::string("<svg></svg>"), std::string()}}) {
    BOOST_TEST(holds(drawn_with(svg_text, png_text), "gnuplot has not written all of 'loss' in '"));
    BOOST_TEST(!fs::exists(folder / "plots"));
  }
}

BOOST_AUTO_TEST_CASE(svg_of_a_page) {
  const std::string svg = page_svg(
      "<?xml?>\n<svg width='1'>\n<title>Gnuplot</title><desc>x</desc><g id=\"gpDot\" fill='rgb( 0,114 , "
      "178)'>"
      "<use xlink:href='#gpDot'/><title>part</title></g></svg>",
      "name", "a \"title\"");
  BOOST_TEST(svg ==
             "<svg width='1' class=\"figure\" role=\"img\" aria-label=\"a &quot;title&quot;\">\n"
             "<g id=\"name-gpDot\" fill='#0072b2'><use xlink:href='#name-gpDot'/></g></svg>");
  BOOST_TEST(holds(figure_style(), ".figure [stroke=\"#0072b2\"]{stroke:#4aa8e8}"));
}

BOOST_AUTO_TEST_SUITE_END()
