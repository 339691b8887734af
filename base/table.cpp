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

/// Lines of at most a width, where that is possible.
using Wrap = std::vector<std::string> (*)(std::string_view text, std::size_t width);

/// The beginning of a name up to where it may be broken.
std::string_view first_piece(std::string_view name) {
  constexpr std::size_t longest = 24;
  const std::string_view piece = name.substr(0, std::min(name.find_first_of("/_(="), name.size() - 1) + 1);
  return display_width(piece) <= longest ? piece : first_characters(piece, longest);
}

/// wrapped_lines() that breaks a word which is longer than a line into pieces, and keeps blanks in front.
std::vector<std::string> lines_of_names(std::string_view text, std::size_t width) {
  const std::string indent(std::min(text.find_first_not_of(' '), text.size()), ' ');
  const std::size_t rest_of_width = width - std::min(width, indent.size());
  std::vector<std::string> lines;
  for (const std::string& whole : wrapped_lines(text.substr(indent.size()), rest_of_width)) {
    lines.push_back(indent);
    std::string_view rest = whole;
    const bool fits = display_width(rest) <= rest_of_width;
    for (bool first = true; !rest.empty(); first = false) {
      const std::string_view piece = fits ? rest : first_piece(rest);
      if (!first && display_width(lines.back()) + display_width(piece) > width) lines.push_back(indent);
      lines.back() += piece;
      rest.remove_prefix(piece.size());
    }
  }
  return lines;
}

/// No column is wider than a limit but for what cannot be broken; the largest limit with which the table
/// fits, if any.
std::vector<std::size_t> fitting_widths(const std::vector<Row>& rows, std::size_t width, Wrap wrap) {
  std::vector<std::size_t> widths = largest_of_columns(rows, display_width);
  const std::vector<std::size_t> least = largest_of_columns(rows, [&](const std::string& text) {
    std::size_t longest = 0;
    for (const std::string& line : wrap(text, 0)) longest = std::max(longest, display_width(line));
    return longest;
  });
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

std::vector<Row> wrapped(const std::vector<Row>& rows, std::size_t width, Wrap wrap) {
  const std::vector<std::size_t> widths = fitting_widths(rows, width, wrap);
  std::vector<Row> broken;
  for (const Row& row : rows) {
    std::vector<Row> lines(1, Row(row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::vector<std::string> cell = wrap(row[c], widths[c]);
      if (cell.size() > lines.size()) lines.resize(cell.size(), Row(row.size()));
      for (std::size_t k = 0; k < cell.size(); ++k) lines[k][c] = cell[k];
    }
    broken.insert(broken.end(), lines.begin(), lines.end());
  }
  return broken;
}

/// The cells behind the first `columns` on lines of their own, indented below the last of these.
std::vector<Row> with_cells_below(const std::vector<Row>& rows, std::size_t columns) {
  std::vector<Row> result;
  for (const Row& row : rows) {
    const std::size_t stay = std::min(columns, row.size());
    result.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(stay));
    for (std::size_t c = stay; c < row.size(); ++c) {
      if (row[c].empty()) continue;
      result.emplace_back(stay);
      result.back().back() = "  " + row[c];
    }
  }
  return result;
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

std::size_t table_width(const std::vector<Row>& rows) {
  const std::vector<std::size_t> widths = largest_of_columns(rows, display_width);
  std::size_t longest = 0;
  for (const Row& row : rows) {
    std::size_t before = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (!row[c].empty()) longest = std::max(longest, before + display_width(row[c]));
      before += widths[c] + between_columns;
    }
  }
  return longest;
}

std::string wrapped_table_text(const std::vector<Row>& rows, std::size_t width, std::size_t text_columns) {
  return table_text(wrapped(rows, width, wrapped_lines), text_columns);
}

std::string fitted_table_text(const std::vector<Row>& rows, std::size_t width, std::size_t columns) {
  if (width == 0 || table_width(rows) <= width) return table_text(rows);
  return table_text(wrapped(with_cells_below(rows, columns), width, lines_of_names));
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
