#pragma once

#include <gradus/base/table.hpp>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace gradus::cli {

/// Prints to stdout, or writes to the file that -o names: beside it and then renamed, in a folder that is
/// there. Throws FileError when it is not, and as write_file and print_raw do.
void write_output(const std::optional<std::string>& out, const std::string& text);

/// Prints a table to stdout, as wide as a line of it is at most where that can be: see wrapped_table_text().
void print_table(const std::vector<Row>& rows,
                 std::size_t text_columns = std::numeric_limits<std::size_t>::max());

/// A text in lines that are as wide as those of stdout at most.
std::string wrapped(const std::string& text);

}  // namespace gradus::cli
