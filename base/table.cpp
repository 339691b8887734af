#include <gradus/base/table.hpp>
#include <gradus/base/utf8.hpp>

#include <algorithm>

namespace gradus {

std::string table_text(const std::vector<Row>& rows, std::size_t text_columns) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string padding(widths[c] - display_width(row[c]), ' ');
      line += c < text_columns ? row[c] + padding : padding + row[c];
      line += "  ";
    }
    text.append(line, 0, line.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace gradus
