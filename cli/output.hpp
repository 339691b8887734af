#pragma once

#include <optional>
#include <string>

namespace gradus::cli {

/// Prints to stdout, or writes to the file that -o names: beside it and then renamed, in a folder that is
/// there. Throws FileError when it is not, and as write_file and print_raw do.
void write_output(const std::optional<std::string>& out, const std::string& text);

}  // namespace gradus::cli
