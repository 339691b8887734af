#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace gradus {

/// A file of the system that is written to: what std::ofstream cannot do, such as making a file that is
/// certainly new, locking one, or waiting until it is on disk. Closed with the object, and not handed on to
/// programs that are started. Every error is a FileError, "cannot write 'NAMED': the system's reason".
class OpenFile {
 public:
  /// Opens `path` by the flags of open(2), with the permissions that the user's umask leaves.
  static OpenFile open(const std::filesystem::path& path, int flags);
  /// Takes over a descriptor. `named` is what errors call the file.
  OpenFile(int descriptor, std::filesystem::path named);
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  /// Hands all bytes to the system: they outlive this process, but not a crash of the machine.
  void write(std::string_view bytes) const;
  /// Returns when what was written is on disk, where the file system can do that: it outlives a crash of the
  /// machine.
  void sync() const;
  /// Takes the file for this object alone, and says whether it could: another one may have it, of this
  /// process or another. The kernel gives it free when the object goes or its process dies. A file system
  /// without locks lets everybody have it.
  bool lock() const;
  /// Whether another one has it; asking takes it from nobody.
  bool is_locked() const;
  /// Whether a file of this path is the one that is open.
  bool is_at(const std::filesystem::path& path) const;

 private:
  int descriptor_;
  std::filesystem::path named_;
};

/// Returns when the names of the files in a folder are on disk, where the file system can do that and lets
/// this user. An empty path is the current folder. Throws FileError naming the folder.
void sync_folder(const std::filesystem::path& folder);

}  // namespace gradus
