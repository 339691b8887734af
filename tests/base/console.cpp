#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/tests/support/redirected.hpp>
#include <gradus/tests/support/scratch.hpp>

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <new>

namespace {

/// What no memory is enough for to be formatted.
struct TooLarge {};

}  // namespace

template <>
struct fmt::formatter<TooLarge> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  fmt::appender format(const TooLarge&, fmt::format_context&) const { throw std::bad_alloc(); }
};

using namespace gradus;
using test::Redirected;

BOOST_AUTO_TEST_SUITE(console)

BOOST_AUTO_TEST_CASE(what_is_printed_and_said) {
  const test::Scratch scratch;
  const std::string path = (scratch.folder / "out").string();
  const std::string errors = (scratch.folder / "err").string();
  {
    const Redirected out(stdout, path);
    const Redirected err(stderr, errors);
    print("{} \x1b[31m\n", 7);
    print_raw("\x1b[m");
    finish_stdout();
    say("{}\x07\n", 8);
  }
  BOOST_TEST(read_file(path) == "7 \\x1b[31m\n\x1b[m");
  BOOST_TEST(read_file(errors) == "8\\x07\n");
}

BOOST_AUTO_TEST_CASE(what_there_is_no_memory_to_say) {
  const test::Scratch scratch;
  const std::string errors = (scratch.folder / "err").string();
  {
    const Redirected err(stderr, errors);
    say("{}\n", TooLarge());
  }
  BOOST_TEST(read_file(errors) == "gradus: there is no memory left to say what happened\n");
}

BOOST_AUTO_TEST_CASE(what_the_standard_output_does_not_take) {
  const auto message = [](const auto& action) {
    try {
      action();
    } catch (const FileError& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  std::string at_last;
  std::string at_once;
  std::string for_good;
  {
    const Redirected out(stdout, "/dev/full");
    print("a few words");
    at_last = message([] { finish_stdout(); });
  }
  {
    const Redirected out(stdout, "/dev/full");
    at_once = message([] { print_text(std::string(1 << 20, 'x')); });
    // Room again, but what is lost is lost.
    out.send("/dev/null");
    for_good = message([] { finish_stdout(); });
  }
  BOOST_TEST(at_last == "cannot write to the standard output: No space left on device");
  BOOST_TEST(at_once == "cannot write to the standard output: No space left on device");
  BOOST_TEST(for_good == "cannot write to the standard output: part of it was lost");
}

BOOST_AUTO_TEST_SUITE_END()
