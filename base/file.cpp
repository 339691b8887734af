#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

namespace gradus {
namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* what, const fs::path& path, const std::string& reason) {
  throw FileError(fmt::format("cannot {} '{}': {}", what, path.string(), reason));
}

std::string system_reason() { return errno != 0 ? std::strerror(errno) : "unknown reason"; }

/// A link, a device or a pipe, as /dev/stdout is: replaced by a file, it would be taken from everybody else.
bool is_written_through(const fs::path& path) {
  std::error_code code;
  const fs::file_status there = fs::symlink_status(path, code);
  return fs::exists(there) && !fs::is_regular_file(there);
}

void write_through(const fs::path& path, const std::function<void(std::ostream&)>& fill) {
  std::ostringstream contents;
  fill(contents);
  if (!contents) fail("write", path, "its contents could not be made");
  errno = 0;
  std::ofstream out(path, std::ios::binary);
  out << contents.view() << std::flush;
  if (!out) fail("write", path, system_reason());
}

}  // namespace

void write_file(const fs::path& path, const std::function<void(std::ostream&)>& fill) {
  std::error_code code;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
  if (code) fail("make the folder of", path, code.message());
  if (fs::is_directory(path, code)) fail("write", path, "it is a folder");
  if (is_written_through(path)) return write_through(path, fill);

  fs::path beside = path;
  beside += fmt::format(".{}.part", ::getpid());
  try {
    errno = 0;
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    if (!out) fail("write", path, system_reason());
    fill(out);
    out.flush();
    if (!out) fail("write", path, system_reason());
    out.close();
    if (!out) fail("write", path, system_reason());
    fs::rename(beside, path, code);
    if (code) fail("write", path, code.message());
  } catch (...) {
    fs::remove(beside, code);
    throw;
  }
}

void write_file(const fs::path& path, const std::string& contents) {
  write_file(path, [&](std::ostream& out) {
    out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  });
}

std::string read_file(const fs::path& path) {
  std::error_code code;
  if (fs::is_directory(path, code)) fail("read", path, "it is a folder");
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("read", path, system_reason());
  std::string contents;
  std::array<char, 65536> part;
  while (in.read(part.data(), part.size()) || in.gcount() > 0)
    contents.append(part.data(), static_cast<std::size_t>(in.gcount()));
  if (in.bad()) fail("read", path, system_reason());
  return contents;
}

}  // namespace gradus
