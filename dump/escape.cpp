#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/escape.hpp>

#include <algorithm>

namespace gradus {
std::string printable(std::string_view name) {
  constexpr std::size_t longest = 120;
  std::size_t bytes = 0;
  for (std::size_t characters = 0; bytes < name.size(); ++characters) {
    if (characters == longest) return printable_line(name.substr(0, bytes)) + "…";
    const auto character = first_character(name.substr(bytes));
    bytes += character ? character->size : 1;
  }
  return printable_line(name);
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
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

}  // namespace gradus
