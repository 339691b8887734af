#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell, two blanks between, none at the end of a line. The first
/// `text_columns` are aligned to the left, those behind them to the right. Cells are UTF-8 without control
/// characters (see printable()) and may differ in number from row to row.
std::string table_text(const std::vector<Row>& rows,
                       std::size_t text_columns = std::numeric_limits<std::size_t>::max());

/// The characters of its longest line.
std::size_t table_width(const std::vector<Row>& rows);

/// The same in lines of at most `width` characters, as far as its words allow: the cells of the widest
/// columns are broken at blanks and go on in the lines below.
std::string wrapped_table_text(const std::vector<Row>& rows, std::size_t width,
                               std::size_t text_columns = std::numeric_limits<std::size_t>::max());

/// The table as it is where its lines have at most `width` characters, or `width` is 0. Else what stands
/// behind the first `columns` goes below the last of these, cells are wrapped, and where that does not
/// suffice names are broken too, behind "/", "_", "(" or "=". Nothing is left out.
std::string fitted_table_text(const std::vector<Row>& rows, std::size_t width,
                              std::size_t columns = std::numeric_limits<std::size_t>::max());

/// A text broken at blanks into lines of at most `width` characters; a word that is longer stands alone. At
/// least one line.
std::vector<std::string> wrapped_lines(std::string_view text, std::size_t width);

}  // namespace gradus
