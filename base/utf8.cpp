#include <gradus/base/utf8.hpp>

#include <bit>

namespace gradus {
std::optional<Utf8Character> first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return Utf8Character{lead, 1};
  const auto size = static_cast<std::size_t>(std::countl_one(lead));
  if (size < 2 || size > 4 || size > text.size()) return std::nullopt;
  char32_t character = lead & (0x7FU >> size);
  for (const char next : text.substr(1, size - 1)) {
    const auto byte = static_cast<unsigned char>(next);
    if ((byte & 0xC0U) != 0x80U) return std::nullopt;
    character = (character << 6U) | (byte & 0x3FU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character < 0xE000;
  if (character < smallest[size] || character > 0x10FFFF || surrogate) return std::nullopt;
  return Utf8Character{character, size};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto first = first_character(text);
    if (!first) return false;
    text.remove_prefix(first->size);
  }
  return true;
}

std::u32string characters_of(std::string_view text) {
  constexpr Utf8Character replacement{0xFFFD, 1};
  std::u32string characters;
  while (!text.empty()) {
    const Utf8Character first = first_character(text).value_or(replacement);
    characters += first.character;
    text.remove_prefix(first.size);
  }
  return characters;
}

std::string to_utf8(char32_t c) {
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0U | (c >> 6U)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0U | (c >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (c >> 18U)), tail(12), tail(6), tail(0)};
}

std::size_t display_width(std::string_view text) { return characters_of(text).size(); }

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t bytes = 0;
  for (; count > 0 && bytes < text.size(); --count) {
    const auto character = first_character(text.substr(bytes));
    bytes += character ? character->size : 1;
  }
  return text.substr(0, bytes);
}

}  // namespace gradus
