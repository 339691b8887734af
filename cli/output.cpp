#include <gradus/base/console.hpp>
#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/cli/output.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

namespace gradus::cli {
namespace fs = std::filesystem;

void write_output(const std::optional<std::string>& out, const std::string& text) {
  if (!out) {
    print_raw(text);
    return;
  }
  const fs::path path = *out;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code code;
  if (!fs::is_directory(folder, code))
    throw FileError(fmt::format("cannot write '{}': there is no folder '{}'; make it first", path.string(),
                                folder.string()));
  write_file(path, text);
}

std::string wrapped(const std::string& text) {
  return fmt::format("{}\n", fmt::join(wrapped_lines(text, terminal_width(stdout)), "\n"));
}

void print_table(const std::vector<Row>& rows, std::size_t text_columns) {
  print_raw(wrapped_table_text(rows, terminal_width(stdout), text_columns));
}

}  // namespace gradus::cli
