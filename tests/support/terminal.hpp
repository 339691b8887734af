#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

namespace gradus::test {

/// A terminal, so wide, at whose other end the test is.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : ours_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    const winsize size{24, columns, 0, 0};
    if (ours_ == -1 || ::grantpt(ours_) != 0 || ::unlockpt(ours_) != 0 ||
        ::ioctl(ours_, TIOCSWINSZ, &size) != 0)
      throw std::runtime_error("no terminal");
  }
  ~Terminal() { ::close(ours_); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  std::string path() const { return ::ptsname(ours_); }

  /// What was written to it, once whoever opened it has closed it again.
  std::string text() const {
    std::string text;
    std::array<char, 512> part{};
    for (ssize_t count = 0; (count = ::read(ours_, part.data(), part.size())) > 0;)
      text.append(part.data(), static_cast<std::size_t>(count));
    return text;
  }

 private:
  int ours_;
};

}  // namespace gradus::test
