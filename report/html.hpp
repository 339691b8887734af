#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A table whose cells are HTML. Columns of numbers are aligned to the right.
struct HtmlTable {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::size_t text_columns = 1;  ///< the first ones, aligned to the left
  std::size_t foot_rows = 0;     ///< of the last rows, set apart by a line
};
std::string to_html(const HtmlTable& table);

/// A section with a heading.
std::string html_section(std::string_view heading, std::string_view contents);

/// A page that needs nothing beside it: the style is in it, nothing is loaded. Light or dark as the reader's
/// system is, light on paper.
std::string html_page(std::string_view title, std::string_view body);

}  // namespace gradus
