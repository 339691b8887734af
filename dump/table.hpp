#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace gradus {

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell, two blanks between, none at the end of a line. Cells are UTF-8
/// without control characters (see printable()) and may differ in number from row to row.
void write_table(std::ostream& out, const std::vector<Row>& rows);

}  // namespace gradus
