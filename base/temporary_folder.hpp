#pragma once

#include <filesystem>

namespace gradus {

/// A new folder that only this user can enter, with a name of plain characters below the system's place for
/// temporary files; it is removed with all it holds.
class TemporaryFolder {
 public:
  /// Throws FileError when it cannot be made.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace gradus
