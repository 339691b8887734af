#include <gradus/base/template.hpp>
#include <gradus/dump/page/web.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>

namespace gradus::page {
namespace {

constexpr EmbeddedFile files[] = {
#include <page_web.inc>
};

/// In an order in which each uses only what stands before it.
constexpr std::array scripts{
    "dom.js",      "model.js",     "numbers.js",  "engine.js",  "live.js",    "elements.js",
    "pictures.js", "drawing.js",   "camera.js",   "prose.js",   "story.js",   "detail.js",
    "chart.js",    "book.js",      "coarse.js",   "explain.js", "closer.js",  "draw.js",
    "arrows.js",   "hinge.js",     "line.js",     "stepper.js", "play.js",    "passes.js",
    "search.js",   "questions.js", "views.js",    "axes.js",    "network.js", "layers.js",
    "boundary.js", "slice.js",     "training.js", "tabs.js",    "room.js",    "main.js",
};

}  // namespace

std::size_t web_bytes() {
  std::size_t bytes = 0;
  for (const EmbeddedFile& file : files) bytes += file.text.size();
  return bytes;
}

std::string web_file(const std::string& name) { return std::string(text_of(files, name)); }

void write_html(std::ostream& out, const std::string& title, std::string data,
                const std::vector<std::string>& rules) {
  nlohmann::json page{
      {"title", title},
      {"style", fmt::format("{}{}", text_of(files, "page.css"), text_of(files, "training.css"))},
      {"data", std::move(data)}};
  for (const char* script : scripts) page["scripts"].push_back(text_of(files, script));
  page["tools"] = text_of(files, "tools.js");
  page["rules"] = rules;
  out << filled(text_of(files, "page.html"), page);
}

}  // namespace gradus::page
