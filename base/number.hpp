#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace gradus {

/// Reads a text that is one number and nothing else; says whether it is. `value` is of use only then.
template <class T>
bool read_number(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

}  // namespace gradus
