#include <gradus/dump/escape.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string printable(std::string_view name) {
  constexpr std::size_t longest = 120;
  std::string text;
  std::size_t characters = 0;
  for (const char c : name) {
    if (!continues(c) && ++characters > longest) return text + "…";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else if (byte < 0x20 || byte == 0x7F)
      text += fmt::format("\\x{:02x}", byte);
    else
      text += c;
  }
  return text;
}

std::size_t display_width(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

}  // namespace gradus
