#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <string>
#include <vector>

namespace gradus::test {

/// The calls by which files are changed, watched: a program that has the functions of system_calls.cpp makes
/// them through here.
class SystemCalls {
 public:
  /// The process is to be killed before its call of this number, from 0.
  void kill_before(int call) {
    left_ = call;
    kills_ = true;
  }
  /// From now on keeps what is called, with the file that it changes.
  void record() {
    recorded_.clear();
    records_ = true;
  }
  /// What was kept, and no more from now on.
  std::vector<std::string> recorded() {
    records_ = false;
    return recorded_;
  }

  void called(const char* call, const char* path) {
    if (records_) recorded_.push_back(std::string(call) + " " + path);
    if (kills_ && left_-- == 0) ::raise(SIGKILL);
  }
  void called(const char* call, int descriptor) {
    if (!records_ && !kills_) return;
    std::array<char, PATH_MAX> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    if (::readlink(link.c_str(), path.data(), path.size() - 1) > 0) called(call, path.data());
  }

 private:
  bool records_ = false;
  bool kills_ = false;
  int left_ = 0;
  std::vector<std::string> recorded_;
};

/// Those of this program.
SystemCalls& system_calls();

}  // namespace gradus::test
