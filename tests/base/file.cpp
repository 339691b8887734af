#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/tests/support/refusal.hpp>
#include <gradus/tests/support/scratch.hpp>

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <stdexcept>

using namespace gradus;
namespace fs = std::filesystem;

namespace {

struct FileScratch : test::Scratch {
  fs::path path = folder / "file";

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }
};

/// No file may grow beyond so many bytes: the disk is full, as far as this process can tell.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit small{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit old_{};
  void (*handler_)(int);
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
    const FullDisk full(100);
    test::check_refused<FileError>([&] { write_file(path, std::string(length, 'x')); },
                                   "cannot write '" + path.string() + "': File too large");
  }
  BOOST_TEST(read_file(path) == "old");
  BOOST_TEST(entries() == 1u);
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

BOOST_AUTO_TEST_SUITE_END()
