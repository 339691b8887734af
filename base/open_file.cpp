#include <gradus/base/error.hpp>
#include <gradus/base/open_file.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace gradus {
namespace {

[[noreturn]] void cannot(const char* what, const std::filesystem::path& path) {
  const int error = errno;
  throw FileError(fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(error)));
}

/// The answer of a system call that is made again when a signal came between.
template <class Call>
auto uninterrupted(const Call& call) {
  auto answer = call();
  while (answer == -1 && errno == EINTR) answer = call();
  return answer;
}

/// What fsync says of files that cannot be synced, of pipes and of folders on some file systems.
bool cannot_be_synced() { return errno == EINVAL || errno == ENOTSUP || errno == ENOSYS || errno == EROFS; }

}  // namespace

OpenFile OpenFile::open(const std::filesystem::path& path, int flags) {
  const int descriptor = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  if (descriptor == -1) cannot("write", path);
  return {descriptor, path};
}

OpenFile::OpenFile(int descriptor, std::filesystem::path named)
    : descriptor_(descriptor), named_(std::move(named)) {}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), named_(std::move(other.named_)) {}

OpenFile::~OpenFile() {
  if (descriptor_ != -1) ::close(descriptor_);
}

void OpenFile::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
    if (written == -1) cannot("write", named_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void OpenFile::sync() const {
  if (uninterrupted([&] { return ::fsync(descriptor_); }) == -1 && !cannot_be_synced())
    cannot("write", named_);
}

bool OpenFile::lock() const {
  return uninterrupted([&] { return ::flock(descriptor_, LOCK_EX | LOCK_NB); }) == 0 || errno != EWOULDBLOCK;
}

bool OpenFile::is_locked() const {
  return uninterrupted([&] { return ::flock(descriptor_, LOCK_SH | LOCK_NB); }) == -1 && errno == EWOULDBLOCK;
}

bool OpenFile::is_at(const std::filesystem::path& path) const {
  struct stat own {};
  struct stat there {};
  return ::fstat(descriptor_, &own) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

void sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder.empty() ? "." : folder;
  const int descriptor =
      uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor == -1 && errno == EACCES) return;
  if (descriptor == -1) cannot("sync the folder", path);
  const OpenFile open(descriptor, path);
  if (uninterrupted([&] { return ::fsync(descriptor); }) == -1 && !cannot_be_synced())
    cannot("sync the folder", path);
}

}  // namespace gradus
