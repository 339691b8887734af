#include <gradus/base/file.hpp>
#include <gradus/train/run_lock.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace gradus {
namespace {

/// One that is gone again by the time it is locked, with the training it was of, is no lock: once more.
OpenFile locked(const std::filesystem::path& path) {
  while (true) {
    OpenFile file = OpenFile::open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    bool is_ours = false;
    // Somebody who asks whether it is locked has it for a moment.
    for (int tries = 0; tries < 5 && !is_ours; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      is_ours = file.lock();
    }
    if (!is_ours)
      throw RunInUse(
          fmt::format("'{}' is being trained by another process; wait until that has ended or stop it, or "
                      "choose another folder with --out",
                      path.parent_path().string()));
    if (file.is_at(path)) return file;
  }
}

}  // namespace

bool RunLock::is_held(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / ".lock";
  try {
    return file_exists(path) && OpenFile::open(path, O_RDONLY | O_NOFOLLOW).is_locked();
  } catch (const FileError&) {
    // It has gone since.
    if (file_exists(path)) throw;
    return false;
  }
}

RunLock::RunLock(const std::filesystem::path& folder) : path_(folder / ".lock"), file_(locked(path_)) {}

RunLock::~RunLock() { ::unlink(path_.c_str()); }

}  // namespace gradus
