#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/open_file.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>
#include <vector>

namespace gradus {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view part_prefix = ".gradus-";
constexpr std::string_view part_suffix = ".part";

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

/// Hands what a stream is given to a file. A failure of the file comes out of rethrow(), since streams keep
/// exceptions to themselves.
class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(const OpenFile& file) : file_(file) { setp(room_.data(), room_.data() + room_.size()); }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 protected:
  int_type overflow(int_type byte) override {
    if (sync() == -1) return traits_type::eof();
    if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
    return sputc(traits_type::to_char_type(byte));
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    if (count <= epptr() - pptr()) return std::streambuf::xsputn(bytes, count);
    return sync() == 0 && write({bytes, static_cast<std::size_t>(count)}) ? count : 0;
  }
  int sync() override {
    const bool written = write({pbase(), static_cast<std::size_t>(pptr() - pbase())});
    setp(room_.data(), room_.data() + room_.size());
    return written ? 0 : -1;
  }

 private:
  bool write(std::string_view bytes) {
    if (failure_) return false;
    try {
      file_.write(bytes);
    } catch (const FileError&) {
      failure_ = std::current_exception();
    }
    return !failure_;
  }

  const OpenFile& file_;
  std::array<char, 1 << 16> room_;
  std::exception_ptr failure_;
};

void write_through(const fs::path& path, const std::function<void(std::ostream&)>& fill) {
  std::ostringstream contents;
  fill(contents);
  if (!contents) fail("write", path, "its contents could not be made");
  const OpenFile file = OpenFile::open(path, O_WRONLY | O_CREAT | O_TRUNC);
  file.write(contents.view());
  file.sync();
}

/// A new file in the folder of another one, gone with the object unless it has taken the other's place.
class FileBeside {
 public:
  explicit FileBeside(fs::path path) : path_(std::move(path)), file_(make()) {}
  ~FileBeside() {
    if (!placed_) ::unlink(name_.c_str());
  }
  FileBeside(const FileBeside&) = delete;
  FileBeside& operator=(const FileBeside&) = delete;

  void fill(const std::function<void(std::ostream&)>& fill) const {
    FileBuffer buffer(file_);
    std::ostream out(&buffer);
    fill(out);
    out.flush();
    buffer.rethrow();
    if (!out) fail("write", path_, "its contents could not be made");
    file_.sync();
  }

  /// A second name for what is in the place, then that name for the old one: the place is never empty, but
  /// on file systems that know no second names.
  void keep(const fs::path& old) const {
    const fs::path second = random_name();
    bool kept = ::link(path_.c_str(), second.c_str()) == 0 && ::rename(second.c_str(), old.c_str()) == 0;
    if (!kept && errno == ENOENT) return;
    if (!kept) kept = ::rename(path_.c_str(), old.c_str()) == 0 || errno == ENOENT;
    const std::string reason = system_reason();
    // Renaming does nothing between two names of one file.
    ::unlink(second.c_str());
    if (!kept) fail("write", old, reason);
  }

  void place() {
    if (::rename(name_.c_str(), path_.c_str()) != 0) fail("write", path_, system_reason());
    placed_ = true;
    sync_folder(path_.parent_path());
  }

 private:
  fs::path random_name() const {
    std::uint64_t number = 0;
    if (::getentropy(&number, sizeof number) != 0) fail("write", path_, system_reason());
    return path_.parent_path() / fmt::format("{}{:016x}{}", part_prefix, number, part_suffix);
  }

  /// Locked, so that remove_leftovers() knows that somebody writes it. Where that came first, once more.
  OpenFile make() {
    while (true) {
      name_ = random_name();
      const int descriptor =
          ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
      if (descriptor == -1 && (errno == EEXIST || errno == EINTR)) continue;
      if (descriptor == -1) fail("write", path_, system_reason());
      OpenFile file(descriptor, path_);
      if (file.lock() && file.is_at(name_)) return file;
      // Whoever has locked it takes it for a leftover, and it is none of ours any more.
      if (file.is_at(name_)) ::unlink(name_.c_str());
    }
  }

  fs::path path_;
  fs::path name_;
  OpenFile file_;
  bool placed_ = false;
};

}  // namespace

void make_folders(const fs::path& folder, std::error_code& code) {
  std::vector<fs::path> missing;
  for (fs::path path = folder; !path.empty() && !fs::exists(path, code); path = path.parent_path())
    missing.push_back(path);
  code.clear();
  if (missing.empty() && (folder.empty() || fs::is_directory(folder, code))) return;
  fs::create_directories(folder, code);
  if (code) return;
  for (const fs::path& path : missing) sync_folder(path.parent_path());
}

void write_file(const fs::path& path, const std::function<void(std::ostream&)>& fill,
                const fs::path& keep_old) {
  std::error_code code;
  make_folders(path.parent_path(), code);
  if (code) fail("make the folder of", path, code.message());
  if (fs::is_directory(path, code)) fail("write", path, "it is a folder");
  if (is_written_through(path)) return write_through(path, fill);
  FileBeside beside(path);
  beside.fill(fill);
  if (!keep_old.empty()) beside.keep(keep_old);
  beside.place();
}

void write_file(const fs::path& path, const std::string& contents) {
  write_file(path, [&](std::ostream& out) {
    out.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  });
}

void remove_leftovers(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(part_prefix) && name.ends_with(part_suffix)) found.push_back(at->path());
  }
  for (const fs::path& path : found) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor == -1) continue;
    const OpenFile file(descriptor, path);
    if (file.lock()) ::unlink(path.c_str());
  }
}

bool file_exists(const fs::path& path) {
  std::error_code code;
  const bool there = fs::exists(path, code);
  if (code) fail("look for", path, code.message());
  return there;
}

std::string name_of_folder(const fs::path& folder) {
  // The current folder has no path when somebody has removed it.
  std::error_code code;
  const fs::path from_root = fs::absolute(folder, code);
  const fs::path whole = (code ? folder : from_root).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
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
  if (in.bad() && errno == EIO)
    throw DamagedFile(fmt::format("cannot read '{}': {}", path.string(), system_reason()));
  if (in.bad()) fail("read", path, system_reason());
  return contents;
}

}  // namespace gradus
