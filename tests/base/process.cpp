#include <gradus/base/error.hpp>
#include <gradus/base/process.hpp>

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(what_goes_in_and_comes_out) {
  BOOST_TEST(run_process("cat", {}, "one\ntwo\n", "coreutils") == "one\ntwo\n");
  BOOST_TEST(run_process("printf", {"%s|", "a b", "$HOME"}, "", "coreutils") == "a b|$HOME|");
}

BOOST_AUTO_TEST_CASE(a_program_by_its_path) {
  BOOST_TEST(run_process("/bin/echo", {"here"}, "", "coreutils") == "here\n");
}

BOOST_AUTO_TEST_CASE(more_than_a_pipe_holds) {
  const std::string much(3 << 20, 'x');
  BOOST_TEST((run_process("cat", {}, much, "coreutils") == much));
}

BOOST_AUTO_TEST_CASE(input_that_is_not_read) {
  BOOST_TEST(run_process("true", {}, std::string(3 << 20, 'x'), "coreutils").empty());
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there) {
  BOOST_TEST(!has_program("no-such-program"));
  BOOST_TEST(has_program("cat"));
  BOOST_CHECK_EXCEPTION(run_process("no-such-program", {}, "", "some-package"), FileError,
                        [](const Error& e) {
                          return std::string(e.what()) ==
                                 "the program 'no-such-program' is not installed: on Debian and Ubuntu, "
                                 "apt-get install some-package";
                        });
}

BOOST_AUTO_TEST_CASE(a_program_that_fails) {
  BOOST_CHECK_EXCEPTION(run_process("sh", {"-c", "echo no luck >&2; exit 3"}, "", "dash"), FileError,
                        [](const Error& e) {
                          const std::string message = e.what();
                          return message.find("exit code 3: no luck") != std::string::npos;
                        });
}

BOOST_AUTO_TEST_SUITE_END()
