#include <gradus/base/escape.hpp>
#include <gradus/base/printable.hpp>

namespace gradus {

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : printable_text(text)) switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  return result;
}

std::string dot_string(std::string_view name) {
  std::string result;
  for (const char c : printable(name)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string script_escaped(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char c : json) c == '<' ? safe += "\\u003c" : safe += c;
  return safe;
}

}  // namespace gradus
