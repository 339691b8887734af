#include <gradus/base/printable.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(printable_texts)

BOOST_AUTO_TEST_CASE(what_people_write_stays) {
  for (const char* text : {"", "plain", "Übung – ∂L/∂w", "日本語", "👩‍🔬", "a'b\"c\\d"}) {
    BOOST_TEST(printable_line(text) == text);
    BOOST_TEST(printable_text(text) == text);
  }
  BOOST_TEST(printable_text("two\nlines\n") == "two\nlines\n");
  BOOST_TEST(printable_line("two\nlines\t") == "two\\nlines\\t");
}

BOOST_AUTO_TEST_CASE(what_commands_a_terminal_does_not) {
  BOOST_TEST(printable_text("\x1b[31m\x07\r\x7f") == "\\x1b[31m\\x07\\x0d\\x7f");
  BOOST_TEST(printable_text(std::string(1, '\0')) == "\\x00");
  // C1: U+0080, the control sequence introducer, U+009F; U+00A0 is a blank.
  BOOST_TEST(printable_text("\xc2\x80\xc2\x9b\xc2\x9f") == "\\u0080\\u009b\\u009f");
  BOOST_TEST(printable_text("\xc2\xa0") == "\xc2\xa0");
}

BOOST_AUTO_TEST_CASE(what_turns_text_around_does_not) {
  BOOST_TEST(printable_line("a\xe2\x80\xae"
                            "b\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c\xe2\x80\xa8") ==
             "a\\u202eb\\u2066\\u200f\\u061c\\u2028");
}

BOOST_AUTO_TEST_CASE(what_is_no_utf8) {
  BOOST_TEST(printable_line("\xff\x80"
                            "a") == "\\xff\\x80a");
  BOOST_TEST(printable_line("\xc0\x9b") == "\\xc0\\x9b");                    // overlong
  BOOST_TEST(printable_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  BOOST_TEST(printable_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  BOOST_TEST(printable_line("\xe2\x82") == "\\xe2\\x82");                    // cut off
}

BOOST_AUTO_TEST_SUITE_END()
