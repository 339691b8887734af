#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradus::data {

/// Whether contents begin as a gzip file does (RFC 1952).
bool is_gzip(std::string_view contents);

/// The first `limit` bytes of what gzip file contents hold, in one member or several. Fewer come back only
/// when the file holds fewer, and then its checksum was right. Memory grows with what is really there.
/// Throws FileError naming `name` for a truncated or corrupt stream, or bytes after it.
std::string gunzip(std::string_view contents, const std::string& name, std::size_t limit);

}  // namespace gradus::data
