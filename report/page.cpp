#include <gradus/base/template.hpp>
#include <gradus/base/version.hpp>
#include <gradus/report/page.hpp>
#include <gradus/report/palette.hpp>
#include <gradus/report/svg.hpp>

#include <utility>

namespace gradus {
namespace {

constexpr EmbeddedFile templates[] = {
#include <report_templates.inc>
};

/// The variables of page.css, in their light or dark form.
nlohmann::json colours(std::string_view Shade::*form) {
  nlohmann::json list;
  for (const auto& [name, shade] :
       std::initializer_list<std::pair<const char*, Shade>>{{"paper", paper},
                                                            {"ink", ink},
                                                            {"faint", faint_ink},
                                                            {"rule", rule},
                                                            {"first", palette[0]},
                                                            {"second", palette[1]}})
    list.push_back({{"name", name}, {"colour", shade.*form}});
  return list;
}

}  // namespace

void to_json(nlohmann::json& json, const HtmlTable& table) {
  const auto cells = [&](const Row& row) {
    nlohmann::json list;
    for (const std::string& cell : row)
      list.push_back({{"cell", cell}, {"text", list.size() < table.text_columns}});
    return list;
  };
  json = {{"head", cells(table.head)}, {"rows", nlohmann::json::array()}};
  for (const Row& row : table.rows)
    json["rows"].push_back(
        {{"cells", cells(row)}, {"foot", json["rows"].size() + table.foot_rows >= table.rows.size()}});
}

std::string html_of(std::string_view name, const nlohmann::json& data) {
  return filled(text_of(templates, name), data, templates);
}

std::string html_page(std::string_view body, const nlohmann::json& data) {
  return html_of("page.html", {{"title", data.at("title")},
                               {"light", colours(&Shade::light)},
                               {"dark", colours(&Shade::dark)},
                               {"figure_style", figure_style()},
                               {"body", html_of(body, data)},
                               {"version", version()}});
}

}  // namespace gradus
