#include <gradus/tests/support/system_calls.hpp>

using gradus::test::system_calls;

gradus::test::SystemCalls& gradus::test::system_calls() {
  static SystemCalls calls;
  return calls;
}

// In the place of those of the C library, in this program alone.
extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
  system_calls().called("write", descriptor);
  return ::syscall(SYS_write, descriptor, bytes, count);
}

int fsync(int descriptor) {
  // What a killed process has written is kept by the system: the tests need not wait for the disk.
  system_calls().called("fsync", descriptor);
  return 0;
}

int rename(const char* from, const char* to) noexcept {
  system_calls().called("rename", to);
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int link(const char* from, const char* to) noexcept {
  system_calls().called("link", from);
  return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int unlink(const char* path) noexcept {
  system_calls().called("unlink", path);
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}
}
