#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/open_file.hpp>
#include <gradus/tests/support/limits.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <regex>
#include <set>
#include <stdexcept>

using namespace gradus;
namespace fs = std::filesystem;

namespace {

struct FileScratch : test::Scratch {
  fs::path path = folder / "file";

  std::size_t entries() const { return names().size(); }
  std::set<std::string> names() const {
    std::set<std::string> result;
    for (const auto& entry : fs::directory_iterator(folder)) result.insert(entry.path().filename().string());
    return result;
  }
  /// The file beside `path` while that is written.
  std::string beside() const {
    std::set<std::string> before = names();
    std::string result;
    write_file(path, [&](std::ostream&) {
      for (const std::string& name : names())
        if (!before.contains(name)) result = name;
    });
    return result;
  }
};

/// Root may write anywhere, so that it has to be somebody else to be refused.
class Nobody {
 public:
  Nobody() {
    if (::geteuid() == 0) was_root_ = ::seteuid(65534) == 0;
  }
  ~Nobody() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  bool was_root_ = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(files, FileScratch)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  const std::string contents("a\0\r\n\xff", 5);
  write_file(path, contents);
  BOOST_TEST(read_file(path) == contents);
  write_file(path, "");
  BOOST_TEST(read_file(path) == "");
  write_file(folder / "a" / "b" / "c", "x");
  BOOST_TEST(read_file(folder / "a" / "b" / "c") == "x");
}

BOOST_AUTO_TEST_CASE(a_failing_fill_leaves_the_old_file) {
  write_file(path, "old");
  BOOST_CHECK_THROW(write_file(path,
                               [](std::ostream& out) {
                                 out << "half of the new";
                                 throw std::runtime_error("no more");
                               }),
                    std::runtime_error);
  BOOST_TEST(read_file(path) == "old");
  BOOST_CHECK_THROW(write_file(path, [](std::ostream& out) { out.setstate(std::ios::failbit); }), FileError);
  BOOST_TEST(read_file(path) == "old");
  BOOST_TEST(entries() == 1u);
}

BOOST_AUTO_TEST_CASE(contents_that_could_not_be_made) {
  const auto fails = [](std::ostream& out) { out.setstate(std::ios::failbit); };
  write_file(path, "old");
  test::check_refused<FileError>([&] { write_file(path, fails); },
                                 "cannot write '" + path.string() + "': its contents could not be made");
  const fs::path link = folder / "link";
  fs::create_symlink(path, link);
  test::check_refused<FileError>([&] { write_file(link, fails); },
                                 "cannot write '" + link.string() + "': its contents could not be made");
  BOOST_TEST(read_file(path) == "old");
  BOOST_TEST(entries() == 2U);
}

BOOST_AUTO_TEST_CASE(byte_by_byte_it_is_the_same) {
  std::string bytes;
  for (std::size_t i = 0; i < 200'000; ++i) bytes += static_cast<char>(i * i % 251);
  write_file(path, [&](std::ostream& out) {
    for (const char byte : bytes) out.put(byte);
  });
  BOOST_TEST((read_file(path) == bytes));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_cannot_be_synced) {
  const fs::path gone = folder / "gone";
  test::check_refused<FileError>([&] { sync_folder(gone); },
                                 "cannot sync the folder '" + gone.string() + "': No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_link_that_leads_nowhere) {
  fs::create_symlink(folder / "gone" / "file", path);
  test::check_refused<FileError>([&] { write_file(path, "x"); },
                                 "cannot write '" + path.string() + "': No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_file_that_gives_nothing_back) {
  test::check_refused<DamagedFile>([] { read_file("/proc/self/mem"); },
                                   "cannot read '/proc/self/mem': Input/output error");
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_looked_into) {
  const fs::path closed = folder / "closed";
  fs::create_directory(closed);
  fs::permissions(folder, fs::perms::all);
  fs::permissions(closed, static_cast<fs::perms>(0333));
  {
    const Nobody nobody;
    write_file(closed / "file", "x");
  }
  BOOST_TEST(read_file(closed / "file") == "x");
}

BOOST_AUTO_TEST_CASE(a_reader_sees_the_old_contents_until_the_end) {
  write_file(path, "old");
  write_file(path, [&](std::ostream& out) {
    out << "new" << std::flush;
    BOOST_TEST(read_file(path) == "old");
  });
  BOOST_TEST(read_file(path) == "new");
  BOOST_TEST(entries() == 1u);
}

BOOST_AUTO_TEST_CASE(a_link_stays_a_link) {
  write_file(path, "old");
  fs::create_symlink(path, folder / "link");
  BOOST_CHECK_THROW(write_file(folder / "link", [](std::ostream&) { throw std::runtime_error("no more"); }),
                    std::runtime_error);
  BOOST_TEST(read_file(path) == "old");
  write_file(folder / "link", "new");
  BOOST_TEST(fs::is_symlink(folder / "link"));
  BOOST_TEST(read_file(path) == "new");
  fs::create_symlink("/dev/null", folder / "nowhere");
  write_file(folder / "nowhere", "x");
  BOOST_TEST(fs::is_character_file(folder / "nowhere"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file) {
  write_file(path, "old");
  for (const std::size_t length : {std::size_t{200}, std::size_t{1} << 20}) {
    const test::FullDisk full(100);
    test::check_refused<FileError>([&] { write_file(path, std::string(length, 'x')); },
                                   "cannot write '" + path.string() + "': File too large");
  }
  const auto goes_on = [](std::ostream& out) {
    for (int i = 0; i < 3; ++i) {
      out << std::string(std::size_t{1} << 17, 'x');
      out.clear();
    }
  };
  const test::FullDisk full(100);
  test::check_refused<FileError>([&] { write_file(path, goes_on); },
                                 "cannot write '" + path.string() + "': File too large");
  BOOST_TEST(read_file(path) == "old");
  BOOST_TEST(entries() == 1u);
}

BOOST_AUTO_TEST_CASE(the_file_beside_cannot_be_guessed) {
  const std::string first = beside();
  const std::string second = beside();
  const std::regex form("\\.gradus-[0-9a-f]{16}\\.part");
  BOOST_TEST(std::regex_match(first, form), first);
  BOOST_TEST(std::regex_match(second, form), second);
  BOOST_TEST(first != second);
  // What was guessed of earlier versions leads nowhere.
  write_file(folder / "victim", "old");
  fs::create_symlink(folder / "victim", path.string() + "." + std::to_string(::getpid()) + ".part");
  write_file(path, "new");
  BOOST_TEST(read_file(folder / "victim") == "old");
  BOOST_TEST(fs::is_regular_file(fs::symlink_status(path)));
}

BOOST_AUTO_TEST_CASE(permissions_are_what_the_umask_leaves) {
  for (const mode_t mask : {022U, 077U, 027U}) {
    const mode_t before = ::umask(mask);
    write_file(path, "x");
    ::umask(before);
    struct stat file {};
    ::stat(path.c_str(), &file);
    BOOST_TEST((file.st_mode & 0777) == (0666 & ~mask));
  }
}

BOOST_AUTO_TEST_CASE(the_old_file_goes_on_under_another_name) {
  const fs::path old = folder / "old";
  const auto write = [&](const std::string& contents) {
    write_file(
        path, [&](std::ostream& out) { out << contents; }, old);
  };
  write("1");
  BOOST_TEST(!fs::exists(old));
  write("2");
  BOOST_TEST(read_file(old) == "1");
  write("3");
  BOOST_TEST(read_file(path) == "3");
  BOOST_TEST(read_file(old) == "2");
  // As a process leaves it that is killed between the two names.
  fs::remove(old);
  fs::create_hard_link(path, old);
  write("4");
  BOOST_TEST(read_file(path) == "4");
  BOOST_TEST(read_file(old) == "3");
  BOOST_CHECK_THROW(write_file(
                        path, [](std::ostream&) { throw std::runtime_error("no more"); }, old),
                    std::runtime_error);
  BOOST_TEST(read_file(path) == "4");
  BOOST_TEST(read_file(old) == "3");
  BOOST_TEST((names() == std::set<std::string>{"file", "old"}));
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_leaves_is_removed_and_what_a_living_one_writes_stays) {
  write_file(path, "old");
  const pid_t child = ::fork();
  if (child == 0)
    write_file(path, [](std::ostream& out) {
      out << "half" << std::flush;
      ::raise(SIGKILL);
    });
  ::waitpid(child, nullptr, 0);
  BOOST_TEST(read_file(path) == "old");
  BOOST_TEST(entries() == 2u);
  write_file(folder / "other", [&](std::ostream& out) {
    BOOST_TEST(entries() == 3u);
    remove_leftovers(folder);
    BOOST_TEST(entries() == 2u);
    out << "whole";
  });
  BOOST_TEST((names() == std::set<std::string>{"file", "other"}));
  BOOST_TEST(read_file(folder / "other") == "whole");
  remove_leftovers(folder / "none");
}

BOOST_AUTO_TEST_CASE(links_that_are_called_like_leftovers_stay) {
  write_file(path, "old");
  const fs::path link = folder / ".gradus-0123456789abcdef.part";
  fs::create_symlink(path, link);
  remove_leftovers(folder);
  BOOST_TEST(fs::is_symlink(link));
  BOOST_TEST(read_file(path) == "old");
}

BOOST_AUTO_TEST_CASE(whether_there_is_a_file) {
  BOOST_TEST(!file_exists(path));
  BOOST_TEST(file_exists(folder));
  BOOST_TEST(!file_exists(folder / "none" / "file"));
  fs::create_symlink("loop", folder / "loop");
  test::check_refused<FileError>(
      [&] { file_exists(folder / "loop"); },
      "cannot look for '" + (folder / "loop").string() + "': Too many levels of symbolic links");
}

BOOST_AUTO_TEST_CASE(an_unwritable_folder) {
  write_file(path, "old");
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read |
                              fs::perms::others_exec);
  {
    const Nobody nobody;
    test::check_refused<FileError>([&] { write_file(path, "new"); },
                                   "cannot write '" + path.string() + "': Permission denied");
    test::check_refused<FileError>(
        [&] { write_file(folder / "sub" / "x", "new"); },
        "cannot make the folder of '" + (folder / "sub" / "x").string() + "': Permission denied");
  }
  fs::permissions(folder, fs::perms::owner_all);
  BOOST_TEST(read_file(path) == "old");
}

BOOST_AUTO_TEST_CASE(a_folder_or_a_file_in_the_way) {
  fs::create_directory(path);
  test::check_refused<FileError>([&] { write_file(path, "x"); },
                                 "cannot write '" + path.string() + "': it is a folder");
  test::check_refused<FileError>([&] { read_file(path); },
                                 "cannot read '" + path.string() + "': it is a folder");
  write_file(folder / "plain", "");
  test::check_refused<FileError>(
      [&] { write_file(folder / "plain" / "x", "x"); },
      "cannot make the folder of '" + (folder / "plain" / "x").string() + "': Not a directory");
  test::check_refused<FileError>([&] { read_file(folder / "plain" / "x"); },
                                 "cannot read '" + (folder / "plain" / "x").string() + "': Not a directory");
}

BOOST_AUTO_TEST_CASE(a_missing_file) {
  test::check_refused<FileError>([&] { read_file(path); },
                                 "cannot read '" + path.string() + "': No such file or directory");
}

BOOST_AUTO_TEST_CASE(names_of_folders) {
  BOOST_TEST(name_of_folder("a/b") == "b");
  BOOST_TEST(name_of_folder("a/b//") == "b");
  BOOST_TEST(name_of_folder("a/b/..") == "a");
  BOOST_TEST(name_of_folder("/") == "");
  const fs::path before = fs::current_path();
  const fs::path location = folder / "here";
  fs::create_directory(location);
  fs::current_path(location);
  BOOST_TEST(name_of_folder(".") == "here");
  BOOST_TEST(name_of_folder("./") == "here");
  // From now on nobody can say where this is.
  fs::remove(location);
  BOOST_TEST(name_of_folder("a/b/") == "b");
  BOOST_TEST(name_of_folder(".") == ".");
  fs::current_path(before);
}

BOOST_AUTO_TEST_SUITE_END()
