#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace gradus::test {

/// Sends a stream of this process elsewhere until the end of the test, or until it is sent on.
class Redirected {
 public:
  Redirected(std::FILE* stream, const std::string& path)
      : stream_(stream), number_(::fileno(stream)), old_(::dup(number_)) {
    send(path);
  }
  ~Redirected() {
    std::fflush(stream_);
    ::dup2(old_, number_);
    ::close(old_);
    std::clearerr(stream_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

  void send(const std::string& path) const {
    std::fflush(stream_);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);
    ::dup2(file, number_);
    ::close(file);
  }

 private:
  std::FILE* stream_;
  int number_;
  int old_;
};

}  // namespace gradus::test
