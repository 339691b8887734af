#include <gradus/base/table.hpp>
#include <gradus/base/utf8.hpp>

#include <algorithm>
#include <numeric>

namespace gradus {
namespace {

constexpr std::size_t between_columns = 2;

/// A measure of each column: the largest of its cells.
template <class Measure>
std::vector<std::size_t> largest_of_columns(const std::vector<Row>& rows, const Measure& measure) {
  std::vector<std::size_t> largest;
  for (const Row& row : rows) {
    largest.resize(std::max(largest.size(), row.size()), 0);
    for (std::size_t c = 0; c < row.size(); ++c) largest[c] = std::max(largest[c], measure(row[c]));
  }
  return largest;
}

std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string& line : wrapped_lines(text, 0)) longest = std::max(longest, display_width(line));
  return longest;
}

/// No column is wider than a limit but for its longest word; the largest limit with which the table fits, if
/// any.
std::vector<std::size_t> fitting_widths(const std::vector<Row>& rows, std::size_t width) {
  std::vector<std::size_t> widths = largest_of_columns(rows, display_width);
  const std::vector<std::size_t> least = largest_of_columns(rows, longest_word);
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
           between_columns * (widths.size() - 1);
  };
  if (widths.empty()) return widths;
  for (std::size_t limit = std::ranges::max(widths); limit > 0 && total() > width; --limit)
    for (std::size_t c = 0; c < widths.size(); ++c)
      widths[c] = std::max(least[c], std::min(widths[c], limit - 1));
  return widths;
}

}  // namespace

std::vector<std::string> wrapped_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines{""};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (display_width(line) + 1 + display_width(word) <= width)
      line.append(" ").append(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

std::string wrapped_table_text(const std::vector<Row>& rows, std::size_t width, std::size_t text_columns) {
  const std::vector<std::size_t> widths = fitting_widths(rows, width);
  std::vector<Row> broken;
  for (const Row& row : rows) {
    std::vector<Row> lines(1, Row(row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::vector<std::string> cell = wrapped_lines(row[c], widths[c]);
      if (cell.size() > lines.size()) lines.resize(cell.size(), Row(row.size()));
      for (std::size_t k = 0; k < cell.size(); ++k) lines[k][c] = cell[k];
    }
    broken.insert(broken.end(), lines.begin(), lines.end());
  }
  return table_text(broken, text_columns);
}

std::string table_text(const std::vector<Row>& rows, std::size_t text_columns) {
  const std::vector<std::size_t> widths = largest_of_columns(rows, display_width);
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string padding(widths[c] - display_width(row[c]), ' ');
      line += c < text_columns ? row[c] + padding : padding + row[c];
      line.append(between_columns, ' ');
    }
    text.append(line, 0, line.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace gradus
