#include <gradus/base/text_stream.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

namespace {

/// Does as the standard's own operators do where there is no memory (C++20, [ostream.formatted.reqmts]).
struct Bulky {};
std::ostream& operator<<(std::ostream& out, Bulky) {
  out.setstate(std::ios::badbit);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_stream)

BOOST_AUTO_TEST_CASE(what_is_written) {
  BOOST_TEST(written_by([](std::ostream& out) { out << "a " << 1; }) == "a 1");
  BOOST_TEST(written_by([](std::ostream&) {}) == "");
  std::string line;
  std::istringstream lines = stream_of("one\ntwo");
  BOOST_TEST(bool(std::getline(lines, line)));
  BOOST_TEST(bool(std::getline(lines, line)));
  BOOST_TEST(line == "two");
  BOOST_TEST(!std::getline(lines, line));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_not_dropped) {
  BOOST_CHECK_THROW(written_by([](std::ostream& out) { out << "a" << Bulky() << "b"; }), std::ios::failure);
}

BOOST_AUTO_TEST_SUITE_END()
