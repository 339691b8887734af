#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// C0, DEL and C1: among them the escape character and U+009B, with which terminals' commands begin.
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

/// The marks, embeddings, overrides and isolates of the Unicode bidirectional algorithm, and the separators
/// of lines and paragraphs.
bool changes_direction_or_line(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

std::string shown(std::string_view text, bool keep_lines) {
  std::string result;
  while (!text.empty()) {
    const auto first = first_character(text);
    const std::size_t size = first ? first->size : 1;
    const char32_t c = first ? first->character : 0;
    if (!first)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    else if (c == '\n')
      result += keep_lines ? "\n" : "\\n";
    else if (c == '\t')
      result += "\\t";
    else if (is_control(c) && c < 0x80)
      result += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    else if (is_control(c) || changes_direction_or_line(c))
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      result += text.substr(0, size);
    text.remove_prefix(size);
  }
  return result;
}

}  // namespace

std::string printable_line(std::string_view text) { return shown(text, false); }

std::string printable_text(std::string_view text) { return shown(text, true); }

std::string printable(std::string_view name) {
  const std::string_view start = first_characters(name, 120);
  return printable_line(start) + (start.size() < name.size() ? "…" : "");
}

}  // namespace gradus
