#include <gradus/base/escape.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/base/table.hpp>
#include <gradus/base/utf8.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(escape)

BOOST_AUTO_TEST_CASE(plain_names_stay) {
  for (const char* name : {"", "hidden1/weight", "λ Σ w²", "naïve", "日本語"})
    BOOST_TEST(printable(name) == name);
}

BOOST_AUTO_TEST_CASE(controls_are_written_out) {
  BOOST_TEST(printable("a\nb\tc") == "a\\nb\\tc");
  BOOST_TEST(printable(std::string("\0\x01\x1f\x7f\r\x1b[0m", 9)) == "\\x00\\x01\\x1f\\x7f\\x0d\\x1b[0m");
}

BOOST_AUTO_TEST_CASE(the_controls_beyond_ascii_too) {
  // U+009B is what some terminals take for the start of an escape sequence.
  BOOST_TEST(printable("a\xc2\x9b"
                       "31mb") == "a\\u009b31mb");
  BOOST_TEST(printable("\xc2\xa0") == "\xc2\xa0");
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8_is_written_byte_by_byte) {
  BOOST_TEST(printable("a\xff"
                       "b") == "a\\xffb");
  BOOST_TEST(printable("\x80") == "\\x80");
  BOOST_TEST(printable("\xe2\x82") == "\\xe2\\x82");
}

BOOST_AUTO_TEST_CASE(long_names_are_cut_between_characters) {
  BOOST_TEST(printable(std::string(120, 'x')) == std::string(120, 'x'));
  BOOST_TEST(printable(std::string(121, 'x')) == std::string(120, 'x') + "…");
  BOOST_TEST(printable(std::string(10000, 'x')) == std::string(120, 'x') + "…");
  std::string greek;
  for (int i = 0; i < 200; ++i) greek += "λ";
  BOOST_TEST(printable(greek) == greek.substr(0, 240) + "…");
}

BOOST_AUTO_TEST_CASE(width_counts_characters) {
  BOOST_TEST(display_width("") == 0);
  BOOST_TEST(display_width("abc") == 3);
  BOOST_TEST(display_width("λ²…") == 3);
}

BOOST_AUTO_TEST_CASE(a_text_begins_with_whole_characters) {
  BOOST_TEST(first_characters("λ²…", 2) == "λ²");
  BOOST_TEST(first_characters("ab", 3) == "ab");
  BOOST_TEST(first_characters("\xff\xce\xbb"
                              "b",
                              2) == "\xff\xce\xbb");
}

BOOST_AUTO_TEST_CASE(markup_becomes_text) {
  BOOST_TEST(html_escaped("<a href=\"x\">'&'</a>") ==
             "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  BOOST_TEST(html_escaped("two\nlines\x1b") == "two\nlines\\x1b");
  BOOST_TEST(dot_string("say \"\\N\"") == "say \\\"\\\\N\\\"");
  BOOST_TEST(dot_string("a\nb") == "a\\\\nb");
}

BOOST_AUTO_TEST_CASE(columns_are_as_wide_as_their_widest_cell) {
  const std::vector<Row> rows{{"λ", "name", "1"}, {"two", "", "200"}, {"x"}};
  BOOST_TEST(table_text(rows) == "λ    name  1\ntwo        200\nx\n");
  BOOST_TEST(table_text(rows, 2) == "λ    name    1\ntwo        200\nx\n");
}

BOOST_AUTO_TEST_CASE(tables_are_as_wide_as_they_may_be) {
  const std::vector<Row> rows{{"name", "what it is", "n"}, {"λ", "one two three four", "10"}, {"b", "", "7"}};
  BOOST_TEST(wrapped_table_text(rows, 30, 2) == table_text(rows, 2));
  BOOST_TEST(wrapped_table_text(rows, 28, 2) == table_text(rows, 2));
  BOOST_TEST(wrapped_table_text(rows, 20, 2) ==
             "name  what it is   n\n"
             "λ     one two     10\n"
             "      three four\n"
             "b                  7\n");
  // What cannot be broken is not.
  BOOST_TEST(wrapped_table_text({{"abcdef gh", "ijklmn"}}, 3) == "abcdef  ijklmn\ngh\n");
  BOOST_TEST(wrapped_table_text({}, 80) == "");
  BOOST_TEST(wrapped_lines("one two  three", 7) == (std::vector<std::string>{"one two", "three"}),
             boost::test_tools::per_element());
  BOOST_TEST(wrapped_lines("", 7).size() == 1u);
}

BOOST_AUTO_TEST_CASE(fitted_tables_leave_nothing_out) {
  const std::vector<Row> rows{{"  1", "hidden/weight", "f(a, b)", "by rule"},
                              {" 20", "x", "g(hidden/weight)", ""}};
  BOOST_TEST(fitted_table_text(rows, 0, 3) == table_text(rows));
  BOOST_TEST(table_width(rows) == 45u);
  BOOST_TEST(fitted_table_text(rows, 45, 3) == table_text(rows));
  BOOST_TEST(fitted_table_text(rows, 36, 3) ==
             "  1  hidden/weight  f(a, b)\n"
             "                      by rule\n"
             " 20  x              g(hidden/weight)\n");
  BOOST_TEST(fitted_table_text(rows, 26, 3) ==
             "  1  hidden/  f(a, b)\n"
             "     weight\n"
             "                by rule\n"
             " 20  x        g(hidden/\n"
             "              weight)\n");
  // However long a name is, lines end somewhere.
  std::string all;
  for (const char c : fitted_table_text({{std::string(100, 'n'), "x"}}, 60, 2))
    if (c == 'n' || c == 'x') all += c;
  BOOST_TEST(std::ranges::count(all, 'n') == 100);
  BOOST_TEST(fitted_table_text({}, 60) == "");
}

BOOST_AUTO_TEST_SUITE_END()
