#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gradus::fuzz {

/// A file in memory alone, for readers that take a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error("no file in memory");
  }
  explicit MemoryFile(std::string_view contents) : MemoryFile() { fill(contents); }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  void fill(std::string_view contents) const {
    if (::ftruncate(descriptor_, 0) != 0 ||
        ::pwrite(descriptor_, contents.data(), contents.size(), 0) != static_cast<ssize_t>(contents.size()))
      throw std::runtime_error("no room for a file in memory");
  }

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace gradus::fuzz
