#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/process.hpp>
#include <gradus/base/temporary_folder.hpp>
#include <gradus/tests/support/limits.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>
#include <gradus/tests/support/variable.hpp>

#include <boost/test/unit_test.hpp>
#include <csignal>

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

BOOST_AUTO_TEST_CASE(a_host_that_wants_to_hear_of_no_child) {
  // The system keeps no exit code then.
  const auto handler = std::signal(SIGCHLD, SIG_IGN);
  test::check_refused<FileError>([] { run_process("true", {}, "", "coreutils"); },
                                 "cannot wait for another program: No child processes");
  std::signal(SIGCHLD, handler);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_killed) {
  test::check_refused<FileError>(
      [] {
        run_process("/bin/sh", {"-c", "kill -9 $$"}, "", "dash");
      },
      "'/bin/sh' was ended by signal 9");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_program) {
  const test::Scratch scratch;
  const std::string path = (scratch.folder / "text").string();
  write_file(path, "text");
  BOOST_TEST(has_program(path));
  test::check_refused<FileError>([&] { run_process(path, {}, "", "nothing"); },
                                 "cannot run '" + path + "': Permission denied");
}

BOOST_AUTO_TEST_CASE(where_programs_are_looked_for) {
  const test::Scratch scratch;
  const std::string path = (scratch.folder / "here").string();
  write_file(path, "#!/bin/sh\necho found\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  {
    const test::Variable folders("PATH", "/nowhere:" + scratch.folder.string());
    BOOST_TEST(run_process("here", {}, "", "nothing") == "found\n");
    BOOST_TEST(!has_program("cat"));
  }
  {
    // An empty entry is the folder one is in.
    const test::Variable location("PATH", ":/nowhere");
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.folder);
    BOOST_TEST(run_process("here", {}, "", "nothing") == "found\n");
    std::filesystem::current_path(before);
  }
  const test::Variable none("PATH", std::nullopt);
  BOOST_TEST(has_program("cat"));
}

BOOST_AUTO_TEST_CASE(without_room_for_what_is_read_and_written) {
  const std::string start = "cannot keep what another program reads and writes in a temporary file: ";
  const auto run = [] { run_process("cat", {}, std::string(1 << 20, 'x'), "coreutils"); };
  {
    const test::NoMoreFiles none;
    test::check_refused<FileError>(run, start + "Too many open files");
  }
  const test::FullDisk full(100);
  test::check_refused<FileError>(run, start + "File too large");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(temporary_folder)

BOOST_AUTO_TEST_CASE(goes_with_all_that_is_in_it) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    write_file(path / "inner" / "file", "text");
  }
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(that_cannot_be_made) {
  const test::Variable gone("TMPDIR", "/nowhere/at/all");
  test::check_refused<FileError>([] { TemporaryFolder(); },
                                 "there is no folder for temporary files: No such file or directory");
  const test::Variable closed("TMPDIR", "/proc");
  test::check_refused<FileError>([] { TemporaryFolder(); },
                                 "cannot make a temporary folder in '/proc': No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()
