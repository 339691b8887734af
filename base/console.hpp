#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace gradus {

/// Writes text to stderr as printable_text() shows it. What stderr does not take, as on a full disk, is lost:
/// there is nowhere left to complain.
void say_text(std::string_view text) noexcept;

/// Says that there is no memory left to say more.
void say_that_memory_is_gone() noexcept;

/// The same as say_text() of a format and its arguments.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) noexcept {
  try {
    say_text(fmt::format(format, std::forward<Args>(args)...));
  } catch (...) {
    say_that_memory_is_gone();
  }
}

/// Writes text to stdout as it is. Throws FileError with the system's reason when stdout does not take it.
void print_raw(std::string_view text);

/// Writes text, or a format and its arguments, to stdout as printable_text() shows it. Throws as print_raw()
/// does.
void print_text(std::string_view text);
template <class... Args>
void print(fmt::format_string<Args...> format, Args&&... args) {
  print_text(fmt::format(format, std::forward<Args>(args)...));
}

/// How many characters a line of a stream has: those of its terminal, 80 where it is none or does not say.
std::size_t terminal_width(std::FILE* file);

/// Writes out what is still in the buffers of stdout. Throws FileError when not all that was printed, by
/// whatever means, has reached it.
void finish_stdout();

/// Opens /dev/null where a program was started without stdin, stdout or stderr: else the next file it opens
/// would be taken for them, and what it says would land there.
void open_standard_streams() noexcept;

}  // namespace gradus
