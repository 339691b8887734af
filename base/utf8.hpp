#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {

/// A character, and how many bytes of UTF-8 it is.
struct Utf8Character {
  char32_t character = 0;
  std::size_t size = 0;
};

/// The character that text, which is not empty, begins with; nothing when its first byte belongs to none:
/// overlong forms, surrogates and what lies beyond U+10FFFF are no characters.
std::optional<Utf8Character> first_character(std::string_view text);

bool is_utf8(std::string_view text);

/// The characters of UTF-8 text; U+FFFD for each byte that belongs to none.
std::u32string characters_of(std::string_view text);

std::string to_utf8(char32_t character);

/// The number of characters of UTF-8 text, which is its width where each is as wide as the other.
std::size_t display_width(std::string_view text);

/// As many characters as `count` from the beginning of a text, or all of it; a byte that belongs to none
/// counts as one.
std::string_view first_characters(std::string_view text, std::size_t count);

}  // namespace gradus
