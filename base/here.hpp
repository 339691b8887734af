#pragma once

namespace gradus {

/// A place in the user's source, taken by default arguments: `Here here = Here::current()`.
/// Stands in for std::source_location, which Clang 14 does not offer with libstdc++.
struct Here {
  const char* file = "";
  int line = 0;

  static constexpr Here current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace gradus
