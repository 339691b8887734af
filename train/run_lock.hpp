#pragma once

#include <gradus/base/error.hpp>
#include <gradus/base/open_file.hpp>

#include <filesystem>

namespace gradus {

/// A run's folder is locked by another training.
struct RunInUse : FileError {
  using FileError::FileError;
};

/// Keeps a run's folder for one training at a time: a lock on the file .lock in it, which is gone with this
/// object. The kernel gives the lock free when the process dies, however it dies; the file that then stays
/// behind hinders nobody. Who only reads needs no lock. On file systems without locks (flock) nothing is
/// locked.
class RunLock {
 public:
  /// Throws RunInUse, naming the folder and what to do, when the run is being trained already; FileError when
  /// the file cannot be made.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  /// Whether somebody trains in a folder.
  static bool is_held(const std::filesystem::path& folder);
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  std::filesystem::path path_;
  OpenFile file_;
};

}  // namespace gradus
