#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// The characters of UTF-8 text; U+FFFD for each byte that belongs to none.
std::u32string characters_of(std::string_view text);

std::string to_utf8(char32_t character);

}  // namespace gradus
