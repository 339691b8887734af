#include <gradus/base/error.hpp>
#include <gradus/base/escape.hpp>
#include <gradus/report/palette.hpp>
#include <gradus/report/svg.hpp>

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace gradus {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Replaces what begins with `from` and ends with the next `to` (which goes too) each time.
template <class Replacement>
void replace_spans(std::string& text, std::string_view from, std::string_view to,
                   const Replacement& replacement) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
    const std::size_t end = text.find(to, at);
    if (end == std::string::npos) return;
    const std::string with = replacement(std::string_view(text).substr(at, end - at));
    text.replace(at, end + to.size() - at, with);
    at += with.size();
  }
}

/// "rgb(  0, 114, 178" → "#0072b2".
std::string hexadecimal(std::string_view rgb) {
  std::string result = "#";
  for (std::size_t at = 0; (at = rgb.find_first_of("0123456789", at)) != std::string_view::npos;) {
    int value = 0;
    at = static_cast<std::size_t>(std::from_chars(rgb.data() + at, rgb.data() + rgb.size(), value).ptr -
                                  rgb.data());
    result += fmt::format("{:02x}", value);
  }
  return result;
}

}  // namespace

std::string page_svg(std::string_view gnuplot_svg, std::string_view name, std::string_view title) {
  const std::size_t start = gnuplot_svg.find("<svg");
  const std::size_t head_end = gnuplot_svg.find('>', start);
  if (head_end == std::string_view::npos) throw InternalError("gnuplot wrote something that is no SVG");
  std::string head(gnuplot_svg.substr(start, head_end - start));
  std::string body(gnuplot_svg.substr(head_end));
  replace_spans(body, "rgb(", ")", hexadecimal);
  // gnuplot's own titles are names of parts, which browsers show when the pointer rests on them.
  replace_spans(body, "<title>", "</title>", [](std::string_view) { return std::string(); });
  replace_spans(body, "<desc>", "</desc>", [](std::string_view) { return std::string(); });
  for (const char* before : {"id='", "id=\"", "'#", "\"#", "url(#"})
    for (const char* own : {"gp", "textbox", "greybox"})
      replace_all(body, fmt::format("{}{}", before, own), fmt::format("{}{}-{}", before, name, own));
  // Its background is the colour of the page, in capitals.
  replace_all(body, "#FDFDFD", paper.light);
  return fmt::format("{} class=\"figure\" role=\"img\" aria-label=\"{}\"{}", head, html_escaped(title), body);
}

std::string standalone_svg(std::string_view page_svg) {
  const std::size_t head_end = page_svg.find('>') + 1;
  return fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{}<style>{}</style>{}",
                     page_svg.substr(0, head_end), figure_style(), page_svg.substr(head_end));
}

std::string figure_style() {
  std::vector<Shade> shades(palette.begin(), palette.end());
  shades.insert(shades.end(), {paper, ink, faint_ink, rule});
  std::string style = "@media screen and (prefers-color-scheme: dark){";
  for (const Shade& shade : shades)
    for (const char* attribute : {"fill", "stroke", "color"})
      style += fmt::format(".figure [{0}=\"{1}\"]{{{0}:{2}}}", attribute, shade.light, shade.dark);
  // Pictures of few pixels are to show them.
  return style + "}.figure image{image-rendering:pixelated}";
}

}  // namespace gradus
