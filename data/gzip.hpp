#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::data {

/// The contents of a file, where they become the elements of an array without being copied.
using Bytes = std::vector<std::uint8_t>;

/// The same as characters.
inline std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Whether contents begin as a gzip file does (RFC 1952).
bool is_gzip(std::string_view contents);

/// The first `limit` bytes of what gzip file contents hold, in one member or several. Fewer come back only
/// when the file holds fewer, and then its checksum was right. Memory grows with what is really there.
/// Throws FileError naming `name` for a truncated or corrupt stream, or bytes after it.
Bytes gunzip(std::string_view contents, const std::string& name, std::size_t limit);

}  // namespace gradus::data
