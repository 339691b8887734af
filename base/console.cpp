#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/printable.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>

namespace gradus {
namespace {

[[noreturn]] void output_is_lost(int error) {
  throw FileError(fmt::format("cannot write to the standard output: {}",
                              error != 0 ? std::system_category().message(error) : "part of it was lost"));
}

void write_to_stderr(std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

void say_text(std::string_view text) noexcept {
  try {
    write_to_stderr(printable_text(text));
  } catch (...) {
    say_that_memory_is_gone();
  }
}

void say_that_memory_is_gone() noexcept {
  write_to_stderr("gradus: there is no memory left to say what happened\n");
}

void print_raw(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) output_is_lost(errno);
}

void print_text(std::string_view text) { print_raw(printable_text(text)); }

std::size_t terminal_width(std::FILE* file) {
  winsize size{};
  const bool known = ::ioctl(::fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

void finish_stdout() {
  errno = 0;
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) output_is_lost(errno);
}

void open_standard_streams() noexcept {
  for (const int number : {0, 1, 2})
    // The lowest number that is free is the one that is handed out.
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF) (void)::open("/dev/null", O_RDWR);
}

}  // namespace gradus
