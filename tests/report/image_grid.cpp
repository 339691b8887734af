#include <gradus/base/process.hpp>
#include <gradus/report/image_grid.hpp>
#include <gradus/tests/support/text.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(image_grid)

BOOST_AUTO_TEST_CASE(as_png_each_pixel_is_doubled) {
  const ImageGrid grid{"two", 2, {{{2, 1, 1, {10, 20}}, "a"}, {{2, 1, 1, {30, 40}}, "b"}}};
  const Raster sheet = decode_png(contact_sheet_png({grid}), "sheet", 2);
  BOOST_TEST(sheet.width == 2 * (4 + 4) + 4);
  BOOST_TEST(sheet.height == 2 + 2 * 4);
  BOOST_TEST(int{sheet.at(0, 0)} == 255);
  BOOST_TEST(int{sheet.at(4, 4)} == 10);
  BOOST_TEST(int{sheet.at(5, 7)} == 20);
  BOOST_TEST(int{sheet.at(4, 12)} == 30);
}

BOOST_AUTO_TEST_CASE(opacity_is_kept) {
  const ImageGrid grid{"one", 1, {{{1, 1, 4, {1, 2, 3, 128}}, "a"}}};
  const Raster sheet = decode_png(contact_sheet_png({grid}), "sheet", 4);
  BOOST_TEST(int{(&sheet.at(4, 4))[3]} == 128);
  BOOST_TEST(int{(&sheet.at(0, 0))[3]} == 0);
}

BOOST_AUTO_TEST_CASE(as_png_with_its_words) {
  if (!has_program("gnuplot")) {
    BOOST_TEST_MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const auto sheet_of = [](const std::string& heading, const std::string& label) {
    const ImageGrid grid{heading, 2, {{{2, 1, 1, {10, 20}}, label}, {{2, 1, 1, {30, 40}}, ""}}};
    return decode_png(labelled_sheet_png({grid}), "sheet", 2);
  };
  const Raster sheet = sheet_of("it's `a` $(b)", "a_b^c {x}");
  BOOST_TEST(sheet.width == 16u + 2 * 80 - 8 + 16);
  BOOST_TEST(sheet.height == 16u + 30 + (2 + 16 + 8) + 16);
  const std::size_t x = 16 + (72 - 4) / 2, y = 46;
  BOOST_TEST(int{sheet.at(y, x)} == 10);
  BOOST_TEST(int{sheet.at(y + 1, x + 3)} == 20);
  BOOST_TEST(int{sheet.at(y, x + 80)} == 30);
  const auto ink = [](const Raster& drawn, std::size_t from_row, std::size_t to_row, std::size_t from,
                      std::size_t to) {
    std::size_t count = 0;
    for (std::size_t row = from_row; row < to_row; ++row)
      for (std::size_t col = from; col < to; ++col) count += drawn.at(row, col) < 128;
    return count;
  };
  BOOST_TEST(ink(sheet, 16, 40, 16, sheet.width) > 50u);
  BOOST_TEST(ink(sheet, y + 2, y + 18, 16, 88) > 20u);
  BOOST_TEST(ink(sheet, y + 2, y + 18, 92, sheet.width) == 0u);
  const Raster wordless = sheet_of("", "");
  BOOST_TEST(ink(wordless, 0, wordless.height, 0, wordless.width) == 8u * 2);
}

BOOST_AUTO_TEST_CASE(as_svg_with_its_words) {
  const ImageGrid grid{"<heading>", 1, {{{1, 1, 1, {0}}, "a long label, which needs room"}}};
  const std::string svg = contact_sheet_svg({grid}, "a & b");
  for (const char* part : {"<title>a &amp; b</title>", "&lt;heading&gt;", "a long label, which needs room",
                           "prefers-color-scheme:dark", "data:image/png;base64,"})
    BOOST_TEST(holds(svg, part), part);
  BOOST_TEST(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"242\""));
}

BOOST_AUTO_TEST_SUITE_END()
