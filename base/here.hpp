#pragma once

namespace gradus {

/// A place in the user's source, taken by default arguments: `Here here = Here::current()`.
/// Stands in for std::source_location, which Clang 14 does not offer with libstdc++.
struct Here {
  const char* file = "";
  int line = 0;

  constexpr Here() = default;
  // With two arguments and explicit, so that {0} is never taken for a place where it is meant as a list of
  // axes.
  constexpr explicit Here(const char* in_file, int at_line) : file(in_file), line(at_line) {}

  static constexpr Here current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return Here(file, line);
  }
};

}  // namespace gradus
