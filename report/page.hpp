#pragma once

#include <gradus/base/table.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace gradus {

/// A table of a page. Columns of numbers are aligned to the right.
struct HtmlTable {
  Row head;
  std::vector<Row> rows;
  std::size_t text_columns = 1;  ///< the first ones, aligned to the left
  std::size_t foot_rows = 0;     ///< of the last rows, set apart by a line

  /// Of rows below their head.
  static HtmlTable of(const std::vector<Row>& rows, std::size_t text_columns, std::size_t foot_rows) {
    return {rows.front(), {rows.begin() + 1, rows.end()}, text_columns, foot_rows};
  }
};

/// What templates/table.html takes.
void to_json(nlohmann::json& json, const HtmlTable& table);

/// One of templates/ filled with `data`, which it may hand on to the others. Throws InternalError as filled()
/// does.
std::string html_of(std::string_view name, const nlohmann::json& data);

/// A page whose body is one of templates/, filled with `data`, the page's title among it. The page needs
/// nothing beside it: the style is in it, nothing is loaded. Light or dark as the reader's system is, light
/// on paper.
std::string html_page(std::string_view body, const nlohmann::json& data);

}  // namespace gradus
