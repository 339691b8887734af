#pragma once

#include <sys/resource.h>

#include <csignal>

namespace gradus::test {

/// Less of what the system gives this process, until the end of the test.
class Limit {
 public:
  Limit(__rlimit_resource resource, rlim_t most) : resource_(resource) {
    ::getrlimit(resource_, &old_);
    const rlimit small{most, old_.rlim_max};
    ::setrlimit(resource_, &small);
  }
  ~Limit() { ::setrlimit(resource_, &old_); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  __rlimit_resource resource_;
  rlimit old_{};
};

/// No file may grow beyond so many bytes: the disk is full, as far as this process can tell.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)), limit_(RLIMIT_FSIZE, bytes) {}
  ~FullDisk() { std::signal(SIGXFSZ, handler_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  void (*handler_)(int);
  Limit limit_;
};

/// No file can be opened: as many are open as this process may have.
class NoMoreFiles {
 private:
  Limit limit_{RLIMIT_NOFILE, 0};
};

}  // namespace gradus::test
