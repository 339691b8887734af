#pragma once

#include <concepts>

namespace gradus {

/// A place in the user's source, taken by default arguments: `SourceLocation here =
/// SourceLocation::current()`. Stands in for std::source_location, which Clang 14 does not offer with
/// libstdc++.
///
/// No list in braces converts to it, so that in `sum(x, {0, 1})` and `sum(x, {})` the list can only be axes.
struct SourceLocation {
  const char* file;
  int line;

  static constexpr SourceLocation current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return SourceLocation(file, line);
  }

  /// No line at all.
  static constexpr SourceLocation unknown() { return current("", 0); }

 private:
  // A template, since overload resolution asks neither for access nor for explicit: {0, 1} would be a null
  // pointer and a line.
  template <std::same_as<const char*> File>
  constexpr SourceLocation(File in_file, int at_line) : file(in_file), line(at_line) {}
};

}  // namespace gradus
