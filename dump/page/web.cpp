#include <gradus/base/error.hpp>
#include <gradus/dump/page/web.hpp>

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace gradus::page {
namespace {

struct File {
  std::string_view name;
  std::string_view text;
};

constexpr File files[] = {
#include <page_web.inc>
};

std::string_view file(std::string_view name) {
  for (const File& each : files)
    if (each.name == name) return each.text;
  throw InternalError(fmt::format("the page lacks its file '{}'", name));
}

/// In an order in which each uses only what stands before it.
constexpr std::array scripts{
    "dom.js",    "model.js",  "numbers.js", "elements.js", "pictures.js", "drawing.js",
    "camera.js", "prose.js",  "story.js",   "detail.js",   "chart.js",    "stepper.js",
    "passes.js", "search.js", "views.js",   "main.js",
};

}  // namespace

std::size_t web_bytes() {
  std::size_t bytes = 0;
  for (const File& each : files) bytes += each.text.size();
  return bytes;
}

void write_html(std::ostream& out, const std::string& title, const std::string& data) {
  std::string_view page = file("page.html");
  const auto up_to = [&](std::string_view mark) {
    const auto at = page.find(mark);
    if (at == std::string_view::npos) throw InternalError(fmt::format("page.html lacks '{}'", mark));
    out << page.substr(0, at);
    page.remove_prefix(at + mark.size());
  };
  up_to("{{title}}");
  out << title;
  up_to("{{style}}");
  out << file("page.css");
  up_to("{{data}}");
  out << data;
  up_to("{{scripts}}");
  for (const std::string_view name : scripts) out << "<script>\n" << file(name) << "</script>\n";
  out << page;
}

}  // namespace gradus::page
