#include <gradus/base/escape.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/base/version.hpp>
#include <gradus/report/html.hpp>
#include <gradus/report/palette.hpp>
#include <gradus/report/svg.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

constexpr const char* layout = R"css(
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1160px;padding:28px 24px 48px;background:var(--paper);color:var(--ink);
 font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .2em;font-weight:650}
h2{font-size:1.2rem;margin:0 0 .7em;font-weight:650}
h3{font-size:1rem;margin:0 0 .4em;font-weight:600}
p{margin:.3em 0 .9em;max-width:76ch}
section{margin-top:2.4em;padding-top:1.2em;border-top:1px solid var(--rule)}
.faint{color:var(--faint)}
.lead{font-size:1.1rem;max-width:70ch}
.finding{font-size:1.08rem;border-left:4px solid var(--first);padding:.3em .9em;margin:1em 0;max-width:86ch}
.notice{border-left:4px solid var(--second);padding:.5em .9em;background:var(--panel);max-width:none}
.numbers{display:flex;flex-wrap:wrap;gap:10px;margin:1.2em 0;padding:0;list-style:none}
.numbers li{background:var(--panel);border-radius:8px;padding:.55em .95em;min-width:8.2em;flex:0 1 auto}
.numbers b{display:block;font-size:1.35rem;font-weight:650;font-variant-numeric:tabular-nums}
.numbers span{color:var(--faint);font-size:.85rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:22px 28px;align-items:start}
.pair>*{min-width:0}
figure{margin:0}
figcaption{font-size:.9rem;color:var(--faint)}
.figure{display:block;width:100%;height:auto;max-width:680px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{padding:.28em .8em;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th{font-weight:600;color:var(--faint)}
.text{text-align:left}
td.text{white-space:normal;min-width:6em}
tr.foot:not(tr.foot+tr.foot) td{border-top:2px solid var(--faint)}
th:first-child,td:first-child{padding-left:0;white-space:nowrap}
pre{background:var(--panel);border-radius:8px;padding:.8em 1em;margin:.4em 0 1em;white-space:pre-wrap;
 overflow-wrap:anywhere;font:.9rem/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,monospace}
.images{display:grid;grid-template-columns:repeat(auto-fill,minmax(104px,1fr));gap:16px 14px;margin:0;padding:0;list-style:none}
.images img{display:block;width:100%;max-width:112px;aspect-ratio:1;image-rendering:pixelated;border:1px solid var(--rule)}
.images li{font-size:.85rem;line-height:1.35}
.templates{display:grid;grid-template-columns:repeat(auto-fill,minmax(72px,1fr));gap:8px;margin:0;padding:0;list-style:none}
.templates img{display:block;width:100%;aspect-ratio:1;image-rendering:pixelated;border:1px solid var(--rule)}
.scale{display:flex;align-items:center;gap:.7em;font-size:.9rem;margin:.2em 0 1em;font-variant-numeric:tabular-nums}
.scale i{display:block;width:180px;height:13px;border:1px solid var(--rule);
 background:linear-gradient(90deg,var(--first),transparent,var(--second))}
.settings{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:0 28px;margin:0;font-size:.92rem}
.settings div{display:flex;justify-content:space-between;gap:1em;border-bottom:1px solid var(--rule);padding:.28em 0}
.settings dt{color:var(--faint)}.settings dd{margin:0;text-align:right;overflow-wrap:anywhere}
footer{margin-top:3em;font-size:.85rem;color:var(--faint)}
@media (max-width:520px){body{padding:18px 14px 32px}h1{font-size:1.4rem}
 .numbers li{flex:1 1 40%;min-width:0}th,td{padding:.25em .5em}}
@media print{body{max-width:none;padding:0;font-size:11pt}section{break-inside:auto}
 figure,tr,.images li,.numbers li{break-inside:avoid}h2{break-after:avoid}}
)css";

/// The variables of the layout, in their light or dark form.
std::string variables(std::string_view Shade::*form) {
  return fmt::format(":root{{--paper:{};--ink:{};--faint:{};--rule:{};--first:{};--second:{};", paper.*form,
                     ink.*form, faint_ink.*form, rule.*form, palette[0].*form, palette[1].*form);
}

}  // namespace

std::string to_html(const HtmlTable& table) {
  const auto kind = [&](std::size_t column) { return column < table.text_columns ? " class=\"text\"" : ""; };
  std::string html = "<div class=\"scroll\"><table><thead><tr>";
  for (std::size_t i = 0; i < table.head.size(); ++i)
    html += fmt::format("<th scope=\"col\"{}>{}</th>", kind(i), table.head[i]);
  html += "</tr></thead><tbody>";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    html += r + table.foot_rows >= table.rows.size() ? "<tr class=\"foot\">" : "<tr>";
    for (std::size_t i = 0; i < table.rows[r].size(); ++i)
      html += fmt::format("<td{}>{}</td>", kind(i), table.rows[r][i]);
    html += "</tr>";
  }
  return html + "</tbody></table></div>\n";
}

std::string html_section(std::string_view heading, std::string_view contents) {
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", html_escaped(heading), contents);
}

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n"
      "<style>{}--panel:#f1f3f5}}@media screen and (prefers-color-scheme: "
      "dark){{{}--panel:#21262c}}}}{}{}</style>\n"
      "</head>\n<body>\n{}<footer>Written by gradus {}.</footer>\n</body>\n</html>\n",
      html_escaped(title), variables(&Shade::light), variables(&Shade::dark), layout, figure_style(), body,
      version());
}

}  // namespace gradus
