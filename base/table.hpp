#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace gradus {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell, two blanks between, none at the end of a line. The first
/// `text_columns` are aligned to the left, those behind them to the right. Cells are UTF-8 without control
/// characters (see printable()) and may differ in number from row to row.
std::string table_text(const std::vector<Row>& rows,
                       std::size_t text_columns = std::numeric_limits<std::size_t>::max());

}  // namespace gradus
