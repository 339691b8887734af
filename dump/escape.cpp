#include <gradus/dump/escape.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// How many bytes the UTF-8 character has that `text` begins with; 0 when it begins with none.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t size = 0;
  if (lead < 0x80)
    size = 1;
  else if (lead >= 0xC2 && lead < 0xE0)
    size = 2;
  else if (lead >= 0xE0 && lead < 0xF0)
    size = 3;
  else if (lead >= 0xF0 && lead < 0xF5)
    size = 4;
  if (size > text.size() || !std::ranges::all_of(text.substr(1, size > 0 ? size - 1 : 0), continues))
    return 0;
  return size;
}

/// U+0080 … U+009F, among them what some terminals take for the start of an escape sequence.
bool is_late_control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string printable_character(std::string_view character) {
  const auto byte = static_cast<unsigned char>(character.front());
  if (character == "\n") return "\\n";
  if (character == "\t") return "\\t";
  if (byte < 0x20 || byte == 0x7F) return fmt::format("\\x{:02x}", byte);
  if (is_late_control(character)) return fmt::format("\\u{:04x}", static_cast<unsigned char>(character[1]));
  return std::string(character);
}

}  // namespace

std::string printable(std::string_view name) {
  constexpr std::size_t longest = 120;
  std::string text;
  for (std::size_t characters = 0; !name.empty(); ++characters) {
    if (characters == longest) return text + "…";
    const std::size_t size = character_size(name);
    text += size > 0 ? printable_character(name.substr(0, size))
                     : fmt::format("\\x{:02x}", static_cast<unsigned char>(name.front()));
    name.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return text;
}

std::string html(std::string_view name) {
  std::string text;
  for (const char c : printable(name)) switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\'':
        text += "&#39;";
        break;
      default:
        text += c;
    }
  return text;
}

std::string dot_string(std::string_view name) {
  std::string text;
  for (const char c : printable(name)) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

std::size_t display_width(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

}  // namespace gradus
