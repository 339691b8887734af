#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

namespace gradus {

/// Writes a file through `fill`, beside its place and then renamed, so that a reader sees the old contents
/// or the new and a failure leaves the old. Missing folders are made. A link, a device or a pipe is not
/// replaced but written to, once `fill` is done.
/// Throws FileError naming the path and the system's reason (unwritable folder, full disk …).
void write_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& fill);
void write_file(const std::filesystem::path& path, const std::string& contents);

/// The whole contents of a file. Throws FileError naming the path and the system's reason.
std::string read_file(const std::filesystem::path& path);

}  // namespace gradus
